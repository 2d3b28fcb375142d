/** Whether the text matches a pattern with `*` and `?`, in which `\` takes the next character literally. */
export function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern.replace(/\\(.)|[*?]|[^\w\s]/gs, (part: string, escaped: string | undefined) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return escapeRegExp(escaped ?? part);
  });
  return new RegExp(`^${source}$`, 's').test(text);
}

const escapeRegExp = (char: string) => (/\w|\s/.test(char) ? char : `\\${char}`);
