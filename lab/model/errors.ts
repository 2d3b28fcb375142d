/**
 * - `usage`: what a person gave (an option, a setting, a script, a recording) cannot be used.
 * - `environment`: this host or cluster cannot do what is needed.
 * - `interrupted`: somebody asked for the end.
 */
export type ErrorKind = 'usage' | 'environment' | 'interrupted';

/** What an operating system refuses for want of room, rights or handles; never a defect of the lab. */
const REFUSALS = ['EACCES', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EPERM', 'EROFS'];

/** The error of a system call that was refused, for people; undefined for any other error. */
export function refused(error: unknown): LabError | undefined {
  if (!(error instanceof Error) || !REFUSALS.includes((error as { code?: string }).code ?? ''))
    return undefined;
  return new LabError(
    `This system refuses what the lab needs: ${error.message}`,
    'environment',
    'Make room, or name places you can write to: --out for recordings, TMPDIR for what lasts only as long as a run.',
  );
}

/**
 * An error for people: printed as message and hint, never with a stack trace.
 * The message says what was wrong and the value found; the hint what is allowed and what to do next.
 */
export class LabError extends Error {
  constructor(
    message: string,
    readonly kind: ErrorKind,
    readonly hint?: string,
  ) {
    super(message);
    this.name = 'LabError';
  }
}
