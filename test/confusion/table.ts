import type { Judgement } from './matrix';

/** The confusion matrix as a table: what was done, and what was found. */
export function matrixTable(all: Judgement[]): string {
  const names = [...new Set(all.map(nameOf))];
  const groups = names.map((name) => all.filter((one) => nameOf(one) === name));
  const rows = groups.map((group) => {
    const { run } = group[0]!;
    const found = new Set(
      group.map(({ found: cause, is }) => (is === 'right' ? cause : `**${cause}** (${is})`)),
    );
    const times = group.length > 1 ? `, ${group.length} times` : '';
    return [
      `\`${run.name}\``,
      run.kind,
      `${run.what}${times}`,
      run.causes.join(' and '),
      [...found].join(', '),
    ];
  });
  return [...lines([['run', 'kind', 'what was done', 'put there', 'found'], ...rows]), '', sum(all)].join(
    '\n',
  );
}

function nameOf({ run: { kind, name } }: Judgement): string {
  return `${kind} ${name}`;
}

function sum(all: Judgement[]): string {
  const count = (is: Judgement['is']): number => all.filter((one) => one.is === is).length;
  return `${all.length} recordings: ${count('right')} right, ${count('partly')} partly, ${count('wrong')} wrong, ${count('cannot tell')} "cannot tell".`;
}

/** A Markdown table in Prettier's format. */
function lines([head = [], ...rows]: string[][]): string[] {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const line = (row: string[]): string =>
    `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}
