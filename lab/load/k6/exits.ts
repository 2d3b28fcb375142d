import { LabError } from '../../model/errors';

/** k6's exit codes that come with a summary (errext/exitcodes in k6). */
const K6_EXIT = {
  ok: 0,
  thresholdsFailed: 99,
  stoppedByRequest: 103,
  aborted: 105,
  abortedByScript: 108,
} as const;
const ABORTED: (number | string)[] = [
  'SIGINT',
  K6_EXIT.stoppedByRequest,
  K6_EXIT.aborted,
  K6_EXIT.abortedByScript,
];
const SCRIPT_FAULTS = [104, 107];

/** @param code k6's exit code, or the signal that ended it */
export function hasSummary(code: number | string): boolean {
  return isAborted(code) || Object.values<number | string>(K6_EXIT).includes(code);
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
