import { isNoisy, outcome, type Result, type Row, type Spread } from './result';

const HEADINGS = ['', 'ours', 'theirs', 'ratio (min..max)', 'goal', ''];

/** The cells of a result, the same for the terminal and the documentation. */
export function cells({ rows, noise, ours, theirs }: Result): string[][] {
  const headings = [HEADINGS[0]!, ours, theirs, ...HEADINGS.slice(3)];
  return [headings, ...rows.map((row) => [...cellsOf(row), outcome(row, noise)])];
}

function cellsOf({ what, unit, ours, theirs, ratio, goal }: Row): string[] {
  return [
    what,
    figure(ours, unit),
    theirs ? figure(theirs, unit) : '',
    ratio ? `${short(ratio.median)} (${short(ratio.min)}..${short(ratio.max)})` : '',
    goal
      ? goal.of === 'ratio'
        ? `ratio ${goal.is} ${goal.value}`
        : `${goal.is} ${goal.value} ${unit}`.trim()
      : '',
  ];
}

function figure({ median }: Spread, unit: string): string {
  return `${short(median)} ${unit}`.trim();
}

/** Three significant digits; values of 100 and more as integers. */
function short(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function asText(result: Result): string {
  const table = cells(result);
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((line) => (line[column] as string).length)),
  );
  const lines = table.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
  return [`\n${result.title}`, ...lines, ...notes(result)].join('\n');
}

export function asMarkdown(result: Result): string {
  const [headings, ...lines] = cells(result) as [string[], ...string[][]];
  const line = (parts: string[]) => `| ${parts.map((part) => part.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [line(headings), line(headings.map(() => '---')), ...lines.map(line)];
  return [`## ${result.title}`, '', ...table, '', ...notes(result).map((note) => `${note}\n`)].join('\n');
}

function notes({ noise, skipped, rounds, seconds, at, machine }: Result): string[] {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const { cpu, cores, platform, node } = machine;
  return [
    `${at}, ${cores} cores of ${cpu}, ${platform}, Node ${node}; ${rounds} rounds of four, ${seconds} s each.`,
    `Machine ${isNoisy(noise) ? 'noisy' : 'quiet'}: others used ${percent(noise.others)} of the cores, the hypervisor took ${percent(noise.steal)}.`,
    ...skipped.map((what) => `Left out: ${what}`),
  ];
}
