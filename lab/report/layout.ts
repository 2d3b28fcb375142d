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

/** Rows of cells as lines. Every column is as wide as its widest cell. */
export function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => shown(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - shown(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** Width on a terminal, where color codes take no room. */
function shown(text: string): number {
  return stripVTControlCharacters(text).length;
}
