import { PropsError } from '../../constructs/props-error';
import { ApiError, refusal } from '../engine/kubernetes';
import { LabError, refused } from '../model/errors';

/** What a person is told about anything that was thrown. Any error of another kind is a bug in the lab. */
export function asLabError(thrown: unknown): LabError {
  const error = refused(thrown) ?? thrown;
  if (error instanceof LabError) return error;
  if (error instanceof PropsError) return new LabError(error.message, 'usage');
  if (error instanceof ApiError) return refusal('The cluster refuses what the lab asks for', error);
  const shown = error instanceof Error ? error.stack : String(error);
  return new LabError(`unexpected error; this is a bug in the lab:\n${shown}`, 'environment');
}
