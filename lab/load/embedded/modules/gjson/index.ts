/**
 * gjson's path syntax for Response.json(), as of gjson 1.18: names with wildcards, indices, `#`, queries such as
 * `#(age>40)#`, pipes, modifiers such as `@reverse`, and multipaths `[a,b]` and `{a,b}`.
 */
import { applyModifier, modifierName } from './modifiers';
import { matchesPattern } from './pattern';
import { matchesQuery, parseQuery, type Query } from './query';
import { closingIndex, type Found, readName, splitTop } from './syntax';

/** Reads the value at a path. @returns undefined when nothing is at the path. */
export function select(value: unknown, path: string): unknown {
  return find(value, path)?.value;
}

/** The value at a path, which may be null; undefined when nothing is there. */
function find(value: unknown, path: string): Found {
  const [first] = path;
  const modifier = first === '@' ? modifierName(path) : undefined;
  if (modifier !== undefined) return findModified(value, path, modifier);
  if (first === '[' || first === '{') return findSeveral(value, path);
  if (first === '!') return findLiteral(path);
  if (Array.isArray(value) && first === '#') return findInAll(value, path);
  const { name, pattern, end } = readName(path);
  const found = member(value, name, pattern);
  return found && goOn(found.value, path, end);
}

/** Follows the path from the separator at `end` on. */
function goOn(value: unknown, path: string, end: number): Found {
  return end >= path.length ? { value } : find(value, path.slice(end + 1));
}

function member(value: unknown, name: string, pattern: string | undefined): Found {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const index = /^\d+$/.test(name) ? Number(name) : -1;
    return index >= 0 && index < value.length ? { value: value[index] as unknown } : undefined;
  }
  const key =
    pattern === undefined ? name : Object.keys(value).find((candidate) => matchesPattern(candidate, pattern));
  if (key === undefined || !Object.hasOwn(value, key)) return undefined;
  return { value: (value as Record<string, unknown>)[key] };
}

/** `#`, `#.name`, `#(query)`, `#(query)#` and what follows them. */
function findInAll(items: unknown[], path: string): Found {
  if (path[1] !== '(' && path[1] !== '[') {
    if (path.length === 1) return { value: items.length };
    return path[1] === '.' ? findInEach(items, path.slice(2)) : goOn(items.length, path, 1);
  }
  const close = closingIndex(path, 1);
  const query = parseQuery(path.slice(2, close));
  if (path[close + 1] === '#') return findInMatches(items, query, path, close + 2);
  const item = items.find((candidate) => matchesQuery(candidate, query, find));
  return item === undefined ? undefined : goOn(item, path, close + 1);
}

function findInMatches(items: unknown[], query: Query, path: string, end: number): Found {
  const matches = items.filter((item) => matchesQuery(item, query, find));
  return path[end] === '.' ? findInEach(matches, path.slice(end + 1)) : goOn(matches, path, end);
}

/** The values at the path in all items. What follows a pipe applies to the list of them. */
function findInEach(items: unknown[], path: string): Found {
  const [own = '', ...piped] = splitTop(path, '|');
  const value = items.flatMap((item) => {
    const found = find(item, own);
    return found ? [found.value] : [];
  });
  return piped.length === 0 ? { value } : find(value, piped.join('|'));
}

/** `@name`, `@name:argument` */
function findModified(value: unknown, path: string, name: string): Found {
  let end = 1 + name.length;
  let argument = '';
  if (path[end] === ':') {
    const start = end + 1;
    const isNested = '[{("'.includes(path[start] ?? ' ');
    end = isNested ? closingIndex(path, start) + 1 : nextSeparator(path, start);
    argument = path.slice(start, end);
  }
  const found = applyModifier(name, value, argument, find);
  return found && goOn(found.value, path, end);
}

/** `[a,b]` gives an array, `{a,"name":b}` an object. */
function findSeveral(value: unknown, path: string): Found {
  const close = closingIndex(path, 0);
  const selectors = splitTop(path.slice(1, close), ',');
  if (path[0] === '[') {
    const values = selectors.map((selector) => find(value, selector));
    return goOn(
      values.flatMap((found) => (found ? [found.value] : [])),
      path,
      close + 1,
    );
  }
  const entries = selectors.flatMap((selector): [string, unknown][] => {
    const [, quoted, rest] = /^("(?:[^"\\]|\\.)*")\s*:(.*)$/s.exec(selector.trim()) ?? [];
    const found = find(value, rest ?? selector);
    const name = quoted === undefined ? lastName(selector) : (JSON.parse(quoted) as string);
    return found ? [[name, found.value]] : [];
  });
  return goOn(Object.fromEntries(entries), path, close + 1);
}

/** The name that gjson gives to an unnamed member of a multipath. */
function lastName(selector: string): string {
  const last = splitTop(selector, '|').at(-1)!;
  const name = splitTop(last, '.').at(-1)!;
  return /^[\w$-]+$/.test(name) ? name : '_';
}

/** `!"text"`, `!5` */
function findLiteral(path: string): Found {
  const isNested = '[{"'.includes(path[1] ?? ' ');
  const end = isNested ? closingIndex(path, 1) + 1 : nextSeparator(path, 1);
  try {
    return goOn(JSON.parse(path.slice(1, end)), path, end);
  } catch {
    return undefined;
  }
}

function nextSeparator(path: string, from: number): number {
  const offset = path.slice(from).search(/[.|]/);
  return offset < 0 ? path.length : from + offset;
}
