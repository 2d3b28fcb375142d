import { LabError } from '../../model/errors';

const NAMES: Record<string, string> = { darwin: 'macOS', win32: 'Windows', freebsd: 'FreeBSD' };

const HINT =
  'Use --engine kubernetes with a cluster, or run the lab in a Linux VM (Lima or Multipass on macOS, WSL 2 on ' +
  'Windows). list, watch, report, diagnose, mystery --replay, synth, chart and monitoring also work here.';

/** Why the local engine cannot run on this system; undefined on Linux. */
export function platformProblem(): LabError | undefined {
  const { platform } = process;
  if (platform === 'linux') return undefined;
  return new LabError(
    `the local engine needs Linux, and this is ${NAMES[platform] ?? platform}: it limits, measures and ends ` +
      'processes with cgroups and /proc',
    'environment',
    HINT,
  );
}
