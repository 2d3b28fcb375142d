export function bullets(rows: [label: string, markdown: string][]): string {
  return rows.map(([label, markdown]) => `- **${label}:** ${markdown}`).join('\n');
}

export function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Escapes text, so that it never becomes emphasis, a link, HTML, a table cell, a list or a heading. */
export function text(plain: string): string {
  return plain
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<|~&#$]|:(?=\/\/)|(?<=www)\./g, '\\$&')
    .replace(/^[-+=>]|(?<=^\d+)[.)]/, '\\$&');
}

/** Inline code, fenced by more backticks than the text holds in a row. */
export function code(plain: string): string {
  const line = plain.replace(/\s+/g, ' ');
  if (line.trim() === '') return '(empty)';
  const fence = '`'.repeat(longestRun(line) + 1);
  return `${fence}${/^[` ]|[` ]$/.test(line) ? ` ${line} ` : line}${fence}`;
}

export function fenced(plain: string, language = 'sh'): string {
  const fence = '`'.repeat(Math.max(longestRun(plain) + 1, 3));
  return `${fence}${language}\n${plain}\n${fence}`;
}

function longestRun(plain: string): number {
  return Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
}
