import { matchesPattern } from './pattern';
import { closingIndex, type Find, type Found } from './syntax';

/** The part of a path in `#( )`: `path operator value`. */
export interface Query {
  path: string;
  operator: string;
  value: string;
}

const OPERATOR = /^(==|=|!=|!%|<=|<|>=|>|%)/;

export function parseQuery(text: string): Query {
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === '\\') index++;
    else if ('([{"'.includes(char)) index = closingIndex(text, index);
    else {
      const operator = OPERATOR.exec(text.slice(index))?.[0];
      if (!operator) continue;
      const value = text.slice(index + operator.length).trim();
      return { path: text.slice(0, index).trim(), operator: operator === '==' ? '=' : operator, value };
    }
  }
  return { path: text.trim(), operator: '', value: '' };
}

export function matchesQuery(item: unknown, { path, operator, value }: Query, find: Find): boolean {
  const found: Found = path === '' ? { value: item } : find(item, path);
  if (value.startsWith('~')) return matchesTruth(found, operator, value.slice(1));
  if (!found) return false;
  if (operator === '') return true;
  return compare(found.value, operator, unquote(value));
}

/** `~true`, `~false`, `~null` and `~*` (present) */
function matchesTruth(found: Found, operator: string, kind: string): boolean {
  const matches: Record<string, boolean> = {
    true: truthOf(found) === true,
    false: truthOf(found) === false,
    null: (found?.value ?? null) === null,
    '*': found !== undefined,
  };
  if (!Object.hasOwn(matches, kind)) return false;
  return operator === '!=' ? !matches[kind] : operator === '=' && matches[kind]!;
}

/** gjson also reads texts such as "true" and "0" as truth values. */
function truthOf(found: Found): boolean | undefined {
  const value = found?.value ?? null;
  if (value === null) return false;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return undefined;
  if (['1', 't', 'true'].includes(value.toLowerCase())) return true;
  return ['0', 'f', 'false'].includes(value.toLowerCase()) ? false : undefined;
}

function compare(left: unknown, operator: string, right: string): boolean {
  if (typeof left === 'string') return compareTexts(left, operator, right);
  if (typeof left === 'number') return ordered(left, operator, Number(right) || 0);
  if (typeof left !== 'boolean') return false;
  const other = right === 'true' ? 1 : right === 'false' ? 0 : NaN;
  return operator === '!=' ? Number(left) !== other : ordered(Number(left), operator, other);
}

function compareTexts(left: string, operator: string, right: string): boolean {
  if (operator === '%') return matchesPattern(left, right);
  if (operator === '!%') return !matchesPattern(left, right);
  return ordered(left, operator, right);
}

function ordered<T extends string | number>(left: T, operator: string, right: T): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      return false;
  }
}

function unquote(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1).replace(/\\(.)/g, '$1');
  }
}
