import type { Measured } from '../experiment';
import { format } from './judge';
import { type Evidence, measure, satisfies } from './measure';
import { signal } from './signals';

/** Signs that the machine, not the system on it, was the bottleneck, each with the reason for its level. */
const TROUBLE: (Measured & { says: string; because: string })[] = [
  {
    signal: 'host_busy',
    is: '>=',
    threshold: 0.97,
    says: 'the machine had no CPU left',
    because: 'limits are shares of a core; with every core taken, pods wait for each other instead',
  },
  {
    signal: 'host_steal',
    is: '>=',
    threshold: 0.15,
    says: 'the hypervisor gave the CPU to others',
    because: 'a sixth of the time missing moves latencies by more than the margins of the claims',
  },
  {
    signal: 'generator_cpu',
    is: '>=',
    threshold: 0.95,
    says: 'the load generator had no CPU left',
    because: 'it runs on one core, and beyond it sends late',
  },
];

/** @returns what made the host the bottleneck in any arm; undefined when it was not. */
export function hostTrouble(evidence: Evidence): string | undefined {
  for (const arm of evidence.arms.keys()) {
    for (const { says, ...condition } of TROUBLE) {
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
