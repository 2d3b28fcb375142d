/**
 * Reads the value at a path. Supports the part of gjson's path syntax that scripts use with Response.json():
 * `a.b`, `list.0.name`, `list.#` (length), `list.#.name` (of all items), and `\.` for a dot in a name.
 * @returns undefined when nothing is at the path.
 */
export function select(value: unknown, path: string): unknown {
  return walk(value, splitPath(path));
}

function splitPath(path: string): string[] {
  return (path.match(/(?:\\.|[^.\\])+/g) ?? []).map((part) => part.replace(/\\(.)/g, '$1'));
}

function walk(value: unknown, [part, ...rest]: string[]): unknown {
  if (part === undefined) return value;
  if (Array.isArray(value) && part === '#') {
    if (rest.length === 0) return value.length;
    return value.map((item) => walk(item, rest)).filter((found) => found !== undefined);
  }
  const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
  return holds ? walk((value as Record<string, unknown>)[part], rest) : undefined;
}
