import type { Condition } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { format, round } from './format';
import { type Evidence, measure, satisfies } from './measure';
import { signal } from './signals';

/** Whether a run can be judged at all. Each is a sentence; left out: nothing was found. */
export interface Validity {
  /** Nothing can be said of the system, whatever was seen: not all of it was measured, or others had a hand in it. */
  unusable?: string;
  /** The machine or the load generator was the bottleneck: what was seen was seen, what was not may be their fault. */
  suspect?: string;
}

/** Share of the machine's CPU. */
export const HOST_BUSY = 0.97;

/** Healthy generators are late by some 10 ms, 40 beside a busy system; a quarter of a second moves every latency. */
export const GENERATOR_LATE_MS = 250;

/** Three times the worst that a machine with every core taken did to a timer in any recording: the process was stopped. */
const STANDSTILL_MS = 5000;

/** As long as a standstill: the same samples are missing. */
const SILENCE_MS = STANDSTILL_MS;

/** k6's samples are put into seconds by the wall clock; less than one moves them to a neighbour at most. */
const CLOCK_SET_MS = 1000;

/** What makes a run unusable. Each tells what it found in the recording of one arm. */
const INTERFERENCES = [standstill, clockSet, silence, eviction];

interface Bottleneck extends Condition {
  says: string;
  because: string;
  /** Engine whose pods run on what is measured. */
  engine?: string;
}

/** Signs that the machine, not the system on it, was the bottleneck, each with the reason for its level. */
const BOTTLENECKS: Bottleneck[] = [
  {
    engine: 'local',
    signal: 'host_busy',
    is: '>=',
    threshold: HOST_BUSY,
    says: 'the machine had no CPU left',
    because: 'limits are shares of a core; with every core taken, pods wait for each other instead',
  },
  {
    engine: 'local',
    signal: 'host_steal',
    is: '>=',
    threshold: 0.15,
    says: 'the hypervisor gave the CPU to others',
    because: 'a sixth of the time missing moves latencies by more than the margins of the claims',
  },
  {
    engine: 'kubernetes',
    signal: 'node_busy',
    is: '>=',
    threshold: HOST_BUSY,
    says: 'a node had no CPU left',
    because: 'limits are shares of a core; with every core taken, pods wait for each other instead',
  },
  {
    signal: 'generator_cpu',
    is: '>=',
    threshold: 0.95,
    says: 'the load generator had no CPU left',
    because: 'it runs on one core, and beyond it sends late',
  },
  {
    signal: 'generator_delay',
    is: '>=',
    threshold: GENERATOR_LATE_MS,
    says: 'the load generator was late by itself',
    because: 'its own lateness is in every latency that it measures',
  },
];

export function validity(evidence: Evidence): Validity {
  const unusable = incomplete(evidence) ?? interference(evidence);
  const suspect = bottleneck(evidence);
  return { ...(unusable !== undefined && { unusable }), ...(suspect !== undefined && { suspect }) };
}

function incomplete({ arms }: Evidence): string | undefined {
  for (const [arm, { end }] of arms) {
    if (!end) return `the recording of ${arm} was cut off`;
    if (end.reason !== 'completed')
      return `the run of ${arm} was ${end.reason}${end.message ? `: ${end.message}` : ''}`;
  }
  return undefined;
}

function interference({ arms }: Evidence): string | undefined {
  const found = INTERFERENCES.flatMap((find) => {
    for (const [arm, recording] of arms) {
      const says = find(recording);
      if (says !== undefined) return [`${says} (in ${arm})`];
    }
    return [];
  });
  return found.length > 0 ? found.join('; ') : undefined;
}

function bottleneck(evidence: Evidence): string | undefined {
  for (const [arm, { run }] of evidence.arms) {
    for (const { says, engine, ...condition } of BOTTLENECKS) {
      if (engine !== undefined && engine !== run.engine.name) continue;
      const steady: Condition = { ...condition, take: 'max', stepSeconds: 10, during: [0, 1], arm };
      const found = measure(steady, evidence);
      if (found && satisfies(found.value, condition)) {
        const { title, unit } = signal(condition.signal);
        return `${says} (${title} ${format(found.value, unit)} in ${arm})`;
      }
    }
  }
  return undefined;
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
