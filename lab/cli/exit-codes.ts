import { type ErrorKind, LabError } from '../model/errors';
import { type Outcome, worst } from '../verdict/outcome';

/** Exit codes of the command line, the same for every command. */
export const EXIT = {
  held: 0,
  refuted: 1,
  usage: 2,
  inconclusive: 3,
  environment: 4,
  interrupted: 130,
} as const satisfies Record<ErrorKind | Exclude<Outcome, 'no impact'>, number>;

/** The exit code of several outcomes: that of the worst. */
export function exitCodeOf(outcomes: Outcome[]): number {
  const outcome = worst(outcomes);
  return outcome === 'no impact' ? EXIT.inconclusive : EXIT[outcome];
}

/** The exit code of an error; whatever is no LabError is a defect of the lab. */
export function exitCodeOfError(error: unknown): number {
  return EXIT[error instanceof LabError ? error.kind : 'environment'];
}
