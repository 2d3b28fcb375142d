import { createInterface } from 'node:readline';

const KEPT = 10;
/** Frames of a native stack and blank lines: they would push out the line that says what happened. */
const NOISE = /^\s*(\d+: 0x.*)?$/;

/** The last lines that a process wrote, to explain its end. */
export class LastLines {
  readonly #lines: string[] = [];

  read(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): void {
    createInterface({ input: stream }).on('line', (line) => {
      this.add(line);
      onLine?.(line);
    });
  }

  add(line: string): void {
    if (NOISE.test(line)) return;
    this.#lines.push(line);
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
