import type { Claim, Condition, Operand, Window } from '../model/experiment';
import { highest, increase, type Recording } from '../recording/recording';
import { format, round } from './format';
import { type Scope as Evidence, measure, type Measurement, satisfies } from './measure';
import { signal } from './signals';

/** Whether a run can be judged at all. Each field is a sentence, left out if nothing was found. */
export interface Validity {
  /** The run says nothing about the system: measurements are missing, or something else interfered. */
  unusable?: string;
  /**
   * The machine or the load generator was the bottleneck. What was seen counts, but what was not seen may be
   * their fault.
   */
  suspect?: string;
}

/** Share of the machine's CPU. */
export const HOST_BUSY = 0.97;

/** Share of the machine's CPU. */
const STEAL = 0.15;

/**
 * Healthy generators run late by about 10 ms, or 40 ms beside a busy system. A quarter of a second moves
 * every latency.
 */
export const GENERATOR_LATE_MS = 250;

/**
 * Three times the worst timer delay in any recording of a machine with every core busy. Longer means that the
 * process was stopped.
 */
const STANDSTILL_MS = 5000;

/** The same as a standstill, because the same samples are missing. */
const SILENCE_MS = STANDSTILL_MS;

/**
 * k6's samples are sorted into seconds by the wall clock. A smaller step moves them by one second at most.
 */
const CLOCK_SET_MS = 1000;

/**
 * Share of its scheduling periods in which a generator in a cluster was throttled. It sends and reads late in each
 * of them, and a tenth of them moves every percentile.
 */
const GENERATOR_THROTTLED = 0.1;

/** Checks for what makes a run unusable. Each says what it found in the recording of one arm. */
const INTERFERENCES = [standstill, clockSet, silence, eviction, throttledGenerator, blindAutoscaler];

interface Bottleneck extends Condition {
  says: string;
  because: string;
  /** The engine whose pods run on the measured machine. */
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
    threshold: STEAL,
    says: 'the hypervisor gave the CPU to others',
    because: 'with a sixth of the time missing, latencies move by more than the margins of the claims',
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
    because: 'it runs on one core, and without CPU to spare it sends late',
  },
  {
    signal: 'generator_delay',
    is: '>=',
    threshold: GENERATOR_LATE_MS,
    says: 'the load generator itself ran late',
    because: 'every latency that it measures includes its own delay',
  },
];

/**
 * Signs that something else on the machine moved the values of a claim, in the part of the run that the claim
 * is about. They are less steady than a bottleneck of the whole run.
 */
const DISTURBANCES: Bottleneck[] = [
  {
    engine: 'local',
    signal: 'cores_left',
    is: '<=',
    threshold: 1,
    says: 'other programs used the machine',
    because:
      'containers, load generator and lab together use up to a core; with less, they wait for the others',
  },
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
    threshold: STEAL,
    says: 'the hypervisor gave the CPU to others',
    because: 'with a sixth of the time missing, latencies move by more than the margins of the claims',
  },
  {
    engine: 'local',
    signal: 'lab_delay',
    is: '>=',
    threshold: 100,
    says: 'programs waited for a core',
    because: 'a timer of the lab that is a tenth of a second late had to wait that long; so did the system',
  },
  {
    signal: 'generator_delay',
    is: '>=',
    threshold: GENERATOR_LATE_MS,
    says: 'the load generator itself ran late',
    because: 'every latency that it measures includes its own delay',
  },
];

const WHOLE_LOAD: Window = [0, 1];

/**
 * What on the machine may be why a claim did not hold, seen in the part of the run that the claim is about. A
 * disturbed machine makes answers slow, so it explains only answers that were not quick enough.
 * @returns undefined if nothing was seen, or if it would explain nothing
 */
export function disturbance(claim: Claim, evidence: Evidence): string | undefined {
  if ('first' in claim || !claim.is.startsWith('<') || signal(claim.signal).unit !== 'ms') return undefined;
  const parts: Pick<Operand, 'during' | 'arm'>[] = [claim, ...(claim.relativeTo ? [claim.relativeTo] : [])];
  for (const { during = WHOLE_LOAD, arm = evidence.judgedArm } of parts) {
    const engine = evidence.arms.get(arm)?.run.engine.name;
    for (const sign of DISTURBANCES) {
      if (sign.engine !== undefined && sign.engine !== engine) continue;
      const found = measure({ signal: sign.signal, during, arm }, evidence);
      if (found && satisfies(found.value, sign)) return describe(sign, found, arm);
    }
  }
  return undefined;
}

function describe({ says, signal: name }: Bottleneck, { value }: Measurement, arm: string): string {
  const { title, unit } = signal(name);
  return `${says} (${title} ${format(value, unit)} in the arm ${arm})`;
}

export function validity(evidence: Evidence): Validity {
  const unusable = incomplete(evidence) ?? interference(evidence);
  const suspect = bottleneck(evidence);
  return { ...(unusable !== undefined && { unusable }), ...(suspect !== undefined && { suspect }) };
}

function incomplete({ arms }: Evidence): string | undefined {
  for (const [arm, recording] of arms) {
    const says = brokenOff(recording, ` of the arm ${arm}`);
    if (says !== undefined) return says;
  }
  return undefined;
}

/** Why a recording is not that of a whole run; undefined if it is. */
export function brokenOff({ end }: Recording, whose = ''): string | undefined {
  if (!end) return `the recording${whose} was cut off`;
  if (end.reason === 'completed') return undefined;
  return `the run${whose} ended early (${end.reason})${end.message ? `: ${end.message}` : ''}`;
}

function interference({ arms }: Evidence): string | undefined {
  const found = INTERFERENCES.flatMap((find) => {
    for (const [arm, recording] of arms) {
      const says = find(recording);
      if (says !== undefined) return [`${says} (in the arm ${arm})`];
    }
    return [];
  });
  return found.length > 0 ? found.join('; ') : undefined;
}

function bottleneck(evidence: Evidence): string | undefined {
  for (const [arm, { run, hosts }] of evidence.arms) {
    if (run.engine.name === 'local' && hosts.length === 0) {
      return `whether the machine had CPU to spare was not measured (in the arm ${arm})`;
    }
    for (const sign of BOTTLENECKS) {
      if (sign.engine !== undefined && sign.engine !== run.engine.name) continue;
      const found = measure(
        { signal: sign.signal, take: 'max', stepSeconds: 10, during: WHOLE_LOAD, arm },
        evidence,
      );
      if (found && satisfies(found.value, sign)) return describe(sign, found, arm);
    }
  }
  return undefined;
}

/**
 * Whether the lab or its load generator stood still under load (Ctrl-Z, SIGSTOP, a halted machine). There are
 * no samples of that time, and everything that was due in it comes at once afterwards.
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

/** The embedded load generator and the local engine use only monotonic clocks. */
function clockSet({ run, loadFrom = Infinity, hosts }: Recording): string | undefined {
  if (run.load.runner === 'embedded' && run.engine.name === 'local') return undefined;
  const found = hosts.find(
    ({ t, clockSetMs = 0 }) => t >= loadFrom && Math.abs(clockSetMs) >= CLOCK_SET_MS,
  )?.clockSetMs;
  return found === undefined
    ? undefined
    : `the clock jumped by ${round(found / 1000)} s, or the machine slept`;
}

/** Whether the API server, through which pods in a cluster are measured, was unavailable under load. */
function silence({ loadFrom = Infinity, until, silences }: Recording): string | undefined {
  const found = silences.find(({ from, to }) => to > loadFrom && from < until && to - from >= SILENCE_MS);
  if (!found) return undefined;
  const seconds = round((found.to - found.from) / 1000);
  return `nothing was measured for ${seconds} s because the API server did not answer`;
}

/** Whether the cluster evicted a pod under load: for lack of room on its node, for a taint, or on request. */
function eviction({ loadFrom = Infinity, until, pods }: Recording): string | undefined {
  const found = pods.find(({ t, reason }) => reason === 'Evicted' && t >= loadFrom && t <= until);
  return found && `the cluster evicted the pod ${found.pod}: ${found.message}`;
}

/** Whether a load generator in a cluster reached its CPU limit. Its measurements then include its own waiting. */
function throttledGenerator(recording: Recording): string | undefined {
  const { loadFrom, until } = recording;
  if (loadFrom === undefined) return undefined;
  const grown = (name: string): number =>
    recording.find(name, { app: 'load' }).reduce((sum, series) => sum + increase(series, loadFrom, until), 0);
  const share = grown('container_cpu_cfs_throttled_periods_total') / grown('container_cpu_cfs_periods_total');
  return share >= GENERATOR_THROTTLED
    ? `the load generator was throttled at its CPU limit in ${format(share, 'share')} of its scheduling periods; raise load.generator.cpuLimitMillicores`
    : undefined;
}

/**
 * Whether an autoscaler had no metrics at any time under load, so that it could not scale. One that had some when
 * the load began may lose them because its pods fail, which is a result.
 */
function blindAutoscaler(recording: Recording): string | undefined {
  const { loadFrom, until } = recording;
  if (loadFrom === undefined) return undefined;
  const blind = recording
    .find('kube_horizontalpodautoscaler_status_condition', { condition: 'ScalingActive', status: 'true' })
    .find((series) => highest(series, loadFrom, until) !== 1);
  return (
    blind &&
    `the autoscaler of ${blind.labels.horizontalpodautoscaler} got no metrics (its ScalingActive is not True), so it could not scale; it needs a metrics server`
  );
}
