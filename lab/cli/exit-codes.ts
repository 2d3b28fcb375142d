import type { ErrorKind } from '../model/errors';
import { type Outcome, worst } from '../verdict/outcome';

/** Exit codes of the command line. Every command uses the same ones. */
export const EXIT = {
  held: 0,
  refuted: 1,
  usage: 2,
  inconclusive: 3,
  environment: 4,
  interrupted: 130,
} as const satisfies Record<ErrorKind | Exclude<Outcome, 'no impact'>, number>;

/** The exit code for several outcomes is the one for the worst of them, unless the user interrupted. */
export function exitCodeOf(outcomes: Outcome[], stop?: AbortSignal): number {
  if (stop?.aborted) return EXIT.interrupted;
  const outcome = worst(outcomes);
  return outcome === 'no impact' ? EXIT.inconclusive : EXIT[outcome];
}
