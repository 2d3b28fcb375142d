import type { Recording } from '../recording/recording';
import { round } from './format';
import type { Evidence } from './measure';

/** Three times the worst that a machine with every core taken did to a timer in any recording: the process was stopped. */
const STANDSTILL_MS = 5000;

/** As long as a standstill: the same samples are missing. */
const SILENCE_MS = STANDSTILL_MS;

/** k6's samples are put into seconds by the wall clock; less than one moves them to a neighbour at most. */
const CLOCK_SET_MS = 1000;

const CHECKS = [standstill, clockSet, silence, eviction];

/** Why the run says nothing of the system, whatever was seen: not everything was, or others had a hand in it. */
export function interference({ arms }: Evidence): string | undefined {
  const found = CHECKS.flatMap((check) => {
    for (const [arm, recording] of arms) {
      const says = check(recording);
      if (says !== undefined) return [`${says} (in ${arm})`];
    }
    return [];
  });
  return found.length > 0 ? found.join('; ') : undefined;
}

/**
 * Whether the lab or its load generator stood still under load (Ctrl-Z, SIGSTOP, a machine that was halted): there are
 * no samples of that time, and what was due in it comes at once afterwards.
 */
function standstill({ loadFrom = Infinity, load, hosts }: Recording): string | undefined {
  const stops: [who: string, t: number, ms: number][] = [
    ...hosts.map(({ t, labDelayMs }) => ['the lab', t, labDelayMs] as [string, number, number]),
    ...load.map(
      ({ t, generatorDelayMs }) => ['the load generator', t, generatorDelayMs] as [string, number, number],
    ),
  ];
  const found = stops.find(([, t, ms]) => t >= loadFrom && ms >= STANDSTILL_MS);
  return found && `${found[0]} stood still for ${round(found[2] / 1000)} s`;
}

/** The embedded load generator and the local engine have monotonic clocks only. */
function clockSet({ run, loadFrom = Infinity, hosts }: Recording): string | undefined {
  if (run.load.runner === 'embedded' && run.engine.name === 'local') return undefined;
  const found = hosts.find(
    ({ t, clockSetMs = 0 }) => t >= loadFrom && Math.abs(clockSetMs) >= CLOCK_SET_MS,
  )?.clockSetMs;
  return found === undefined
    ? undefined
    : `the clock was set by ${round(found / 1000)} s, or the machine slept`;
}

/** Whether the API server, by way of which pods in a cluster are measured, was away under load. */
function silence({ loadFrom = Infinity, until, silences }: Recording): string | undefined {
  const found = silences.find(({ from, to }) => to > loadFrom && from < until && to - from >= SILENCE_MS);
  if (!found) return undefined;
  const seconds = round((found.to - found.from) / 1000);
  return `nothing was measured for ${seconds} s, when the API server did not answer`;
}

/** Whether the cluster took a pod away under load: for want of room on its node, for a taint, or because it was asked. */
function eviction({ loadFrom = Infinity, until, pods }: Recording): string | undefined {
  const found = pods.find(({ t, reason }) => reason === 'Evicted' && t >= loadFrom && t <= until);
  return found && `the cluster took the pod ${found.pod} away: ${found.message}`;
}
