/**
 * - `usage`: the user's input (an option, a setting, a script, a recording) cannot be used.
 * - `environment`: this host or cluster cannot do what is needed.
 * - `inconclusive`: runs were recorded, but none that could be judged.
 * - `interrupted`: the user stopped the command.
 */
export type ErrorKind = 'usage' | 'environment' | 'inconclusive' | 'interrupted';

/** Error codes for missing space, rights or file handles. They are never a bug in the lab. */
const REFUSALS = ['EACCES', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC', 'EPERM', 'EROFS'];

/** A readable error for a system call that was refused; undefined for any other error. */
export function refused(error: unknown): LabError | undefined {
  if (!(error instanceof Error) || !REFUSALS.includes((error as { code?: string }).code ?? ''))
    return undefined;
  return new LabError(
    `The operating system refused what the lab needs: ${error.message}`,
    'environment',
    'Free some space, or choose folders that you can write to: --out for recordings, TMPDIR for temporary files.',
  );
}

/**
 * An error for people. It is printed as message and hint, never with a stack trace. The message says what was
 * wrong and which value was found. The hint says what is allowed and what to do next.
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
