/** Exit codes of the command line, the same for every command. */
export const EXIT = {
  held: 0,
  refuted: 1,
  usage: 2,
  inconclusive: 3,
  environment: 4,
  interrupted: 130,
} as const;

/**
 * An error for people: printed as message and hint, never with a stack trace.
 * The message says what was wrong and the value found; the hint what is allowed and what to do next.
 */
export class LabError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'LabError';
  }
}
