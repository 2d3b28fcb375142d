import { LabError } from '../../model/errors';
import { K6_EXIT } from '../k6-exit';

const ABORTED: (number | string)[] = [
  'SIGINT',
  K6_EXIT.stoppedByRequest,
  K6_EXIT.aborted,
  K6_EXIT.abortedByScript,
];
const SCRIPT_FAULTS: number[] = [K6_EXIT.invalidConfig, K6_EXIT.scriptException];
/** Ends of a load that ran to its end. */
const COMPLETE: number[] = [K6_EXIT.ok, K6_EXIT.thresholdsFailed, K6_EXIT.markedAsFailed];
/** Ends that also come from teardown(), after a complete load. */
const MAYBE_COMPLETE: number[] = [K6_EXIT.scriptException, K6_EXIT.teardownTimeout];

/**
 * @param code k6's exit code, or the signal that ended it
 * @param iterations how many iterations k6's summary counts
 */
export function hasSummary(code: number | string, iterations: number): boolean {
  if (isAborted(code) || COMPLETE.includes(Number(code))) return true;
  return MAYBE_COMPLETE.includes(Number(code)) && iterations > 0;
}

export function isAborted(code: number | string): boolean {
  return ABORTED.includes(code);
}

/** k6 has no separate exit code for a threshold that aborted the test, but it logs this text. */
export function saysAborted(line: string): boolean {
  return line.includes('abortOnFail enabled');
}

export function k6Failed(code: number | string, lastLines: string): LabError {
  const kind = SCRIPT_FAULTS.includes(Number(code)) ? 'usage' : 'environment';
  return new LabError(`k6 ended with ${code}\n${lastLines}`, kind, 'Fix what k6 reports and run it again.');
}

export function forbidden(url: string, allowedHosts: string[]): LabError {
  return new LabError(
    `the load script calls ${url}, which is not allowed`,
    'usage',
    `The load may only go to: ${allowedHosts.join(', ')}. Add your own host with --allow-target.`,
  );
}
