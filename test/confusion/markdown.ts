import { readFileSync, writeFileSync } from 'node:fs';

/** Writes texts into a page, each between its two marks: `<!-- name -->` and `<!-- /name -->`. */
export function writeBetweenMarks(page: string, texts: Record<string, string>): void {
  const written = Object.entries(texts).reduce(
    (whole, [mark, text]) =>
      whole.replace(
        new RegExp(`(<!-- ${mark} -->\\n).*(<!-- /${mark} -->)`, 's'),
        (_, open: string, close: string) => `${open}\n${text}\n\n${close}`,
      ),
    readFileSync(page, 'utf8'),
  );
  writeFileSync(page, written);
}

/** A Markdown table in Prettier's format. */
export function markdownTable([head = [], ...rest]: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rest].map((row) => row[column]!.length)));
  const line = (row: string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join(
    '\n',
  );
}
