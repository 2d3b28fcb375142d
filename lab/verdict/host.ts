import type { Measured } from '../model/experiment';
import { GENERATOR_LATE_MS } from './causes/sign';
import { format } from './format';
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
