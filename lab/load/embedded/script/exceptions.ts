import { LabError } from '../../../model/errors';
import { IterationInterrupted, ScriptException } from '../vu';
import type { Compiled } from './compile';

/** Converts anything that a script threw to an error for the executors. */
export function fromScript(thrown: unknown, compiled: Compiled): Error {
  if (thrown instanceof IterationInterrupted || thrown instanceof ScriptException) return thrown;
  const { stack = '' } = (isError(thrown) ? thrown : {}) as { stack?: string };
  const frames = compiled.frames(stack);
  const location = frames[0]?.location ?? '';
  if (thrown instanceof LabError) {
    const located =
      location === '' || thrown.message.startsWith('/') ? thrown.message : `${location}: ${thrown.message}`;
    return new LabError(located, thrown.kind, thrown.hint);
  }
  const message = describe(thrown);
  const trace = frames.map((frame) => `    at ${frame.name} (${frame.location})`);
  return new ScriptException(message, location, [message, ...trace].join('\n'));
}

/** Does not use `instanceof`, because in some environments errors come from another realm. */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value;
}

function describe(thrown: unknown): string {
  if (isError(thrown)) return `${thrown.name}: ${thrown.message}`;
  return typeof thrown === 'object' && thrown !== null ? JSON.stringify(thrown) : String(thrown);
}
