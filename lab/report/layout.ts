import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** Lines of at most `width` columns, broken at spaces. A longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  return wrapAnsi(text.replace(/\s+/g, ' '), width).split('\n');
}

/** Lines longer than this are hard to read. */
const READABLE = 100;
/** A text with less room than this beside its lead goes below it. */
const LEAST_ROOM = 24;
const BELOW = '    ';

/** Columns of the terminal. Other outputs take lines of any length. */
export function columnsOf(out: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stdout): number {
  return out.isTTY ? out.columns || 80 : Infinity;
}

/** Width of a report: that of its terminal, but never more than is easy to read. */
export function reportWidth(out?: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  return Math.min(READABLE, columnsOf(out));
}

/** A text after its lead. Further lines are indented below its first word. */
export function hanging(lead: string, text: string, width: number): string[] {
  const room = width - shown(lead);
  const needed = Math.max(...text.split(/\s+/).map(shown), LEAST_ROOM);
  if (room < needed && shown(text) > room && shown(lead) > BELOW.length) {
    return [...(lead.trim() === '' ? [] : [lead.trimEnd()]), ...hanging(BELOW, text, width)];
  }
  const [first = '', ...rest] = wrap(text, room);
  return [lead + first, ...rest.map((line) => ' '.repeat(shown(lead)) + line)];
}

const GAP = '  ';

/**
 * Rows of cells as lines of at most `width` columns. Long cells are broken at spaces; the first row is the head.
 * Where not even that fits, each row becomes a list of its cells under their heads.
 */
export function columns(rows: string[][], width = Infinity): string[] {
  const [head = [], ...body] = rows;
  const longest = (texts: string[]): number => Math.max(0, ...texts.map(shown));
  const cellsOf = (column: number): string[] => rows.map((row) => row[column] ?? '');
  const widths = head.map((_, column) => longest(cellsOf(column)));
  const least = head.map((_, column) => longest(cellsOf(column).flatMap((cell) => cell.split(/\s+/))));
  const room = width - GAP.length * (head.length - 1);
  if (sum(least) > room) return asLists(head, body, width);
  while (sum(widths) > room) {
    const spare = widths.map((each, column) => (each > least[column]! ? each : 0));
    widths[spare.indexOf(Math.max(...spare))]! -= 1;
  }
  return rows.flatMap((row) => {
    const cells = widths.map((each, column) => wrap(row[column] ?? '', each));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells
        .map((lines, column) => padded(lines[line] ?? '', widths[column]!))
        .join(GAP)
        .trimEnd(),
    );
  });
}

function asLists(head: string[], rows: string[][], width: number): string[] {
  const lines = rows.map(([name = '', ...cells]) => [
    ...wrap(name, width),
    ...cells.flatMap((cell, index) =>
      cell === '' ? [] : hanging(BELOW.slice(2), `${head[index + 1] ?? ''}: ${cell}`, width),
    ),
  ]);
  return lines.flatMap((list, index) => (index === 0 ? list : ['', ...list]));
}

/** Pieces after their lead, as many on each line as fit; no piece is broken. */
export function filled(lead: string, pieces: string[], width: number): string[] {
  const lines = [lead];
  for (const piece of pieces) {
    const last = lines.at(-1)!;
    if (last === lead) lines[lines.length - 1] = last + piece;
    else if (shown(last) + GAP.length + shown(piece) <= width) lines[lines.length - 1] = last + GAP + piece;
    else lines.push(' '.repeat(shown(lead)) + piece);
  }
  return lines;
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - shown(text)));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Width on a terminal, where color codes take no room. */
function shown(text: string): number {
  return stripVTControlCharacters(text).length;
}
