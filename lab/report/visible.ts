/**
 * Control characters, lone surrogates, marks that change the reading direction, and characters that XML
 * forbids.
 */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/**
 * The same value with every invisible character of its texts, except line ends, spelled out, e.g. `\u{1b}`.
 */
export function visible<T>(value: T): T {
  if (typeof value === 'string') return spelled(value) as T;
  if (Array.isArray(value)) return value.map(visible) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [spelled(key), visible(inner)])) as T;
}

function spelled(text: string): string {
  return text.replace(UNSEEN, (found) =>
    found === '\n' ? found : `\\u{${(found.codePointAt(0) as number).toString(16)}}`,
  );
}
