/** A value, which may be null; undefined when there is none. */
export type Found = { value: unknown } | undefined;
export type Find = (value: unknown, path: string) => Found;

/** One name of a path, up to the next `.` or `|`. `pattern` is set when the name has wildcards. */
export function readName(path: string): { name: string; pattern: string | undefined; end: number } {
  let name = '';
  let end = 0;
  let hasWildcard = false;
  for (; end < path.length && path[end] !== '.' && path[end] !== '|'; end++) {
    if (path[end] === '\\' && end + 1 < path.length) end++;
    else hasWildcard ||= path[end] === '*' || path[end] === '?';
    name += path[end];
  }
  return { name, pattern: hasWildcard ? path.slice(0, end) : undefined, end };
}

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** The index of the bracket or quote that closes the one at `open`; the end of the text when it is not closed. */
export function closingIndex(text: string, open: number): number {
  const stack: string[] = [];
  for (let index = open; index < text.length; index++) {
    const char = text[index]!;
    if (char === '\\') index++;
    else if (char === '"') {
      index = endOfString(text, index);
      if (stack.length === 0) return index;
    } else if (CLOSING[char]) stack.push(CLOSING[char]);
    else if (char === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return index;
    }
  }
  return text.length;
}

function endOfString(text: string, open: number): number {
  let index = open + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === '\\' ? 2 : 1;
  return index;
}

/** Splits at a separator outside of brackets and quotes. */
export function splitTop(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === '\\') index++;
    else if (CLOSING[char] || char === '"') index = closingIndex(text, index);
    else if (char === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
}
