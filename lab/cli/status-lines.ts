import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';

/**
 * The last lines on a terminal, rewritten in place. Whatever else is written to the stream replaces them, so they
 * never cut into it; the next status comes below it.
 */
export class StatusLines {
  private rows = 0;
  private stopWatching = (): void => undefined;

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(lines: string[]): void {
    this.clear();
    this.out.write(lines.join('\n'));
    this.rows = lines.length;
    this.watch();
  }

  clear(): void {
    if (this.rows === 0) return;
    this.stopWatching();
    if (this.rows > 1) moveCursor(this.out, 0, 1 - this.rows);
    cursorTo(this.out, 0);
    clearScreenDown(this.out);
    this.rows = 0;
  }

  private watch(): void {
    const { out } = this;
    const write = out.write;
    this.stopWatching = () => (out.write = write);
    out.write = (...written: unknown[]): boolean => {
      this.clear();
      return Reflect.apply(write, out, written) as boolean;
    };
  }
}
