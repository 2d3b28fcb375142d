import { createInterface } from 'node:readline';

const KEPT = 10;
/** Native stack frames and blank lines. They would push out the line that says what happened. */
const NOISE = /^\s*(\d+: 0x.*)?$/;

/** Keeps the last lines of a process's output, to explain why it ended. */
export class LastLines {
  private readonly lines: string[] = [];

  read(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.add(line);
      onLine?.(line);
    });
  }

  add(line: string): void {
    if (NOISE.test(line)) return;
    this.lines.push(line);
    if (this.lines.length > KEPT) this.lines.shift();
  }

  get text(): string {
    return this.lines.join('\n');
  }
}
