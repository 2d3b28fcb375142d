import type { Find, Found } from './syntax';

type Modifier = (value: unknown, argument: string, find: Find) => Found;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MODIFIERS: Record<string, Modifier> = {
  this: (value) => ({ value }),
  valid: (value) => ({ value }),
  // These two change the text of the JSON, not its value.
  ugly: (value) => ({ value }),
  pretty: (value) => ({ value }),
  reverse: (value) => ({ value: reversed(value) }),
  flatten: (value, argument) =>
    Array.isArray(value) ? { value: value.flat(isSet(argument, 'deep') ? Infinity : 1) } : { value },
  join: (value) => ({
    value: Array.isArray(value) ? Object.assign({}, ...value.filter(isObject)) : value,
  }),
  keys: (value) => ({ value: isObject(value) ? Object.keys(value) : [] }),
  values: (value) => ({ value: isObject(value) ? Object.values(value) : Array.isArray(value) ? value : [] }),
  tostr: (value) => ({ value: JSON.stringify(value) }),
  fromstr: (value) => parsed(value),
  group: (value) => ({ value: grouped(value) }),
  dig: (value, argument, find) => ({ value: dug(value, argument, find) }),
};

/** The modifier that the path begins with; undefined for a property such as `@id`. */
export function modifierName(path: string): string | undefined {
  const name = /^@([a-z]+)(?=[.|:]|$)/.exec(path)?.[1];
  return name !== undefined && Object.hasOwn(MODIFIERS, name) ? name : undefined;
}

/** Applies `@name:argument`. */
export function applyModifier(name: string, value: unknown, argument: string, find: Find): Found {
  return MODIFIERS[name]!(value, argument, find);
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return [...value].reverse() as unknown[];
  return isObject(value) ? Object.fromEntries(Object.entries(value).reverse()) : value;
}

function isSet(argument: string, name: string): boolean {
  try {
    return Boolean((JSON.parse(argument) as Record<string, unknown>)[name]);
  } catch {
    return false;
  }
}

function parsed(value: unknown): Found {
  try {
    return typeof value === 'string' ? { value: JSON.parse(value) as unknown } : undefined;
  } catch {
    return undefined;
  }
}

/** `{ a: [1, 2], b: [3, 4] }` becomes `[{ a: 1, b: 3 }, { a: 2, b: 4 }]`. */
function grouped(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const groups: Record<string, unknown>[] = [];
  for (const [key, items] of Object.entries(value)) {
    if (Array.isArray(items)) items.forEach((item, index) => ((groups[index] ??= {})[key] = item));
  }
  return groups;
}

/** All values at the path, at any depth. */
function dug(value: unknown, path: string, find: Find): unknown[] {
  const found = find(value, path);
  const inner = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return [...(found ? [found.value] : []), ...inner.flatMap((item) => dug(item, path, find))];
}
