import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** Longer lines are cut: one huge line of JSON must not fill the recording. */
const MAX_LINE_CHARS = 2000;
/**
 * A pod that logs every request would flood the stream. Further lines in the same second are only counted.
 */
const MAX_LINES_PER_SECOND = 50;
const TAIL_LINES = 12;

/** The log of one pod: lines of limited length at a limited rate. `tail` keeps the last lines. */
export class LogLines {
  readonly tail: string[] = [];
  private windowStart = -Infinity;
  private inWindow = 0;
  private dropped = 0;

  constructor(
    private readonly emit: (line: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Reads a process's output to its end. */
  read(stream: Readable): void {
    const lines = createInterface({ input: stream, crlfDelay: Infinity });
    lines.on('line', (line) => this.push(line));
    stream.on('error', () => lines.close());
  }

  push(text: string): void {
    const line = text.length > MAX_LINE_CHARS ? `${text.slice(0, MAX_LINE_CHARS)}…` : text;
    this.tail.push(line);
    if (this.tail.length > TAIL_LINES) this.tail.shift();
    if (this.now() - this.windowStart >= 1000) this.openWindow();
    if (this.inWindow >= MAX_LINES_PER_SECOND) {
      this.dropped++;
      return;
    }
    this.inWindow++;
    this.emit(line);
  }

  private openWindow(): void {
    const dropped = this.dropped;
    this.windowStart = this.now();
    this.inWindow = 0;
    this.dropped = 0;
    if (dropped > 0) this.emit(`(${dropped} more lines in a second, left out)`);
  }
}
