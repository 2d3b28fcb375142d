import { createInterface, type Interface } from 'node:readline';
import { LabError } from '../../model/errors';

/** Where questions go and answers come from: a terminal, a pipe or a test. */
export interface Terminal {
  input: NodeJS.ReadableStream;
  output: NodeJS.WritableStream;
}

// Questions go to stderr, so stdout stays valid JSON with `-o json`.
export const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

export interface Choice {
  /** The answer. */
  name: string;
  /** An explanation for people. */
  says?: string;
}

/** Asks one question after another. Answers that are already waiting in a pipe are used in order. */
export class Prompter {
  private readonly lines: Interface;
  private readonly answers: AsyncIterator<string>;

  constructor(private readonly terminal: Terminal = TERMINAL) {
    this.lines = createInterface({ ...terminal, prompt: '' });
    this.lines.on('SIGINT', () => this.close());
    this.answers = this.lines[Symbol.asyncIterator]();
  }

  close(): void {
    this.lines.close();
  }

  say(text: string): void {
    this.terminal.output.write(`${text}\n`);
  }

  /**
   * Asks until `read` accepts the answer.
   * @throws LabError (exit code 130) when the answers end.
   */
  async ask<T>(question: string, read: (answer: string) => T): Promise<T> {
    for (;;) {
      this.terminal.output.write(`${question} `);
      const { value, done } = await this.answers.next();
      if (done) {
        this.say('');
        throw new LabError('The input ended before the last answer.', 'interrupted');
      }
      try {
        return read(value.trim());
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        this.say(`  ${error.message} ${error.hint ?? ''}`);
      }
    }
  }

  /** Accepts a number or a name. `otherwise` handles every other answer. */
  choose(
    question: string,
    choices: Choice[],
    otherwise: (answer: string, choices: Choice[]) => string = refuse,
  ): Promise<string> {
    this.say(question);
    choices.forEach(({ name, says }, index) =>
      this.say(`  ${String(index + 1).padStart(2)}  ${name}${says ? ` (${says})` : ''}`),
    );
    return this.ask('>', (answer) => choose(answer, choices) ?? otherwise(answer, choices));
  }
}

function choose(answer: string, choices: Choice[]): string | undefined {
  if (/^\d+$/.test(answer)) return choices[Number(answer) - 1]?.name;
  return choices.find(({ name }) => name.toLowerCase() === answer.toLowerCase())?.name;
}

function refuse(answer: string, choices: Choice[]): never {
  throw new LabError(
    `${JSON.stringify(answer.slice(0, 80))} is not one of the choices.`,
    'usage',
    `Type a number from 1 to ${choices.length}, or a name.`,
  );
}
