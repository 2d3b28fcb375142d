const PREFIX = { log: '', info: '', debug: 'debug: ', warn: 'warning: ', error: 'error: ' } as const;

/** The script's console. Like k6, it shows values separated by spaces. */
export function consoleModule(log: (line: string) => void): Record<string, (...values: unknown[]) => void> {
  const methods = Object.entries(PREFIX).map(([name, prefix]) => [
    name,
    (...values: unknown[]) => log(prefix + values.map(show).join(' ')),
  ]);
  return Object.fromEntries(methods) as Record<string, (...values: unknown[]) => void>;
}

function show(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'function' ? '[object Function]' : String(value);
  }
  return isError(value) ? String(value) : nested(value);
}

const isError = (value: object) => Object.prototype.toString.call(value) === '[object Error]';

/** Formats as `{ a: 1, b: "x" }` and `[ 1, "x" ]`. An object that contains itself is cut off. */
function nested(value: unknown, seen: readonly unknown[] = []): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null || isError(value)) return show(value);
  if (seen.includes(value)) return '[Circular]';
  const inner = [...seen, value];
  if (Array.isArray(value))
    return enclose(
      '[',
      value.map((item) => nested(item, inner)),
      ']',
    );
  const plain = 'toJSON' in value && typeof value.toJSON === 'function' ? (value.toJSON() as unknown) : value;
  if (typeof plain !== 'object' || plain === null) return nested(plain, inner);
  return enclose(
    '{',
    Object.entries(plain).map(([name, item]) => `${name}: ${nested(item, inner)}`),
    '}',
  );
}

function enclose(open: string, items: string[], close: string): string {
  return items.length === 0 ? open + close : `${open} ${items.join(', ')} ${close}`;
}
