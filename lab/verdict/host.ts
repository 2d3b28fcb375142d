import type { Measured } from '../experiment';
import { GENERATOR_LATE_MS } from './causes/sign';
import { format, round } from './format';
import { type Evidence, measure, satisfies } from './measure';
import { signal } from './signals';

interface Trouble extends Measured {
  says: string;
  because: string;
  /** Engine whose pods run on what is measured. */
  engine?: string;
}

/** Signs that the machine, not the system on it, was the bottleneck, each with the reason for its level. */
const TROUBLE: Trouble[] = [
  {
    engine: 'local',
    signal: 'host_busy',
    is: '>=',
    threshold: 0.97,
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
    threshold: 0.97,
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

/** Three times the worst that a machine with every core taken did to a timer in any recording: the process was stopped. */
const STANDSTILL_MS = 5000;

/** k6's samples are put into seconds by the wall clock; less than one moves them to a neighbour at most. */
const CLOCK_SET_MS = 1000;

/** Why there is no telling what happened when; undefined when there is. */
export function unmeasured(evidence: Evidence): string | undefined {
  return standstill(evidence) ?? clockSet(evidence);
}

/**
 * Whether the lab or its load generator stood still under load (Ctrl-Z, SIGSTOP, a machine that was halted): there are
 * no samples of that time, and what was due in it comes at once afterwards.
 */
function standstill({ arms }: Evidence): string | undefined {
  for (const [arm, { loadFrom = Infinity, load, hosts }] of arms) {
    const stops: [who: string, t: number, ms: number][] = [
      ...hosts.map(({ t, labDelayMs }) => ['the lab', t, labDelayMs] as [string, number, number]),
      ...load.map(
        ({ t, generatorDelayMs }) => ['the load generator', t, generatorDelayMs] as [string, number, number],
      ),
    ];
    const found = stops.find(([, t, ms]) => t >= loadFrom && ms >= STANDSTILL_MS);
    if (found) return `${found[0]} stood still for ${round(found[2] / 1000)} s (in ${arm})`;
  }
  return undefined;
}

/** The embedded load generator and the local engine have monotonic clocks only. */
function clockSet({ arms }: Evidence): string | undefined {
  for (const [arm, { run, loadFrom = Infinity, hosts }] of arms) {
    if (run.load.runner === 'embedded' && run.engine.name === 'local') continue;
    const found = hosts.find(
      ({ t, clockSetMs = 0 }) => t >= loadFrom && Math.abs(clockSetMs) >= CLOCK_SET_MS,
    )?.clockSetMs;
    if (found !== undefined)
      return `the clock was set by ${round(found / 1000)} s, or the machine slept (in ${arm})`;
  }
  return undefined;
}

/** @returns what made the host the bottleneck in any arm; undefined when it was not. */
export function hostTrouble(evidence: Evidence): string | undefined {
  for (const [arm, { run }] of evidence.arms) {
    for (const { says, engine, ...condition } of TROUBLE) {
      if (engine !== undefined && engine !== run.engine.name) continue;
      const steady: Measured = { ...condition, take: 'max', stepSeconds: 10, during: [0, 1], arm };
      const found = measure(steady, evidence);
      if (found && satisfies(found.value, condition)) {
        const { title, unit } = signal(condition.signal);
        return `${says} (${title} ${format(found.value, unit)} in ${arm})`;
      }
    }
  }
  return undefined;
}
