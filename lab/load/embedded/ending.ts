import { LabError } from '../../model/errors';
import { K6_EXIT } from '../k6-exit';
import { ScriptException } from './vu';

type Part = 'setup' | 'teardown';
type ExitCode = (typeof K6_EXIT)[keyof typeof K6_EXIT];

/** How a test ended. Counts like k6: an abort before a failed part, that before a mark, that before thresholds. */
export class Ending {
  private abortedWith?: ExitCode;
  private partFailedWith?: ExitCode;
  private isMarked = false;

  /** The first reason for an abort counts. */
  abort(code: ExitCode): void {
    this.abortedWith ??= code;
  }

  partFailed(part: Part, error: unknown): void {
    const isTimeout = error instanceof PartTimeout;
    const timeout = part === 'setup' ? K6_EXIT.setupTimeout : K6_EXIT.teardownTimeout;
    this.partFailedWith ??= isTimeout ? timeout : K6_EXIT.scriptException;
  }

  markAsFailed(): void {
    this.isMarked = true;
  }

  /** @param thresholdsHold whether all thresholds hold */
  exitCode(thresholdsHold: boolean): ExitCode {
    const early = this.abortedWith ?? this.partFailedWith;
    if (early !== undefined) return early;
    if (this.isMarked) return K6_EXIT.markedAsFailed;
    return thresholdsHold ? K6_EXIT.ok : K6_EXIT.thresholdsFailed;
  }
}

class PartTimeout extends LabError {}

/**
 * Runs setup or teardown with its time limit.
 * @returns undefined when `outer` was aborted first
 * @throws LabError (usage) when the part throws or takes too long
 */
export async function limited<T>(
  part: Part,
  limitMs: number,
  outer: AbortSignal,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<{ result: T } | undefined> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return { result: await body(AbortSignal.any([outer, limit])) };
  } catch (error) {
    if (outer.aborted) return undefined;
    if (limit.aborted) throw overTime(part, limitMs);
    if (error instanceof ScriptException) throw failed(part, error);
    throw error;
  }
}

function overTime(part: Part, limitMs: number): LabError {
  return new PartTimeout(
    `${part}() of the load script did not end within ${limitMs} ms`,
    'usage',
    `Make it faster, or raise options.${part}Timeout.`,
  );
}

function failed(part: Part, error: ScriptException): LabError {
  return new LabError(
    `${part}() of the load script failed: ${error.message}`,
    'usage',
    error.location === '' ? undefined : `It was thrown at ${error.location}.`,
  );
}
