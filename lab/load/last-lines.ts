import { createInterface } from 'node:readline';

const KEPT = 10;

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
    this.#lines.push(line);
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
