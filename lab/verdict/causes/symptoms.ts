import type { Condition } from '../../model/experiment';

/** What a person would notice, in any run; the earliest that is seen is the first symptom. */
export interface Symptom extends Condition {
  /** What a prediction calls it. */
  name: string;
  says: string;
  /** The experiment that shows it, by its folder in loadtests/. */
  lesson: string;
}

export const SYMPTOMS: Symptom[] = [
  {
    name: 'latency',
    lesson: 'cpu-stress',
    signal: 'latency_p95',
    is: '>=',
    threshold: 1000,
    says: 'p95 latency passed one second',
  },
  {
    name: 'errors',
    lesson: 'cascade-failure',
    signal: 'error_share',
    is: '>=',
    threshold: 0.05,
    says: 'requests began to fail',
  },
  {
    name: 'throttling',
    lesson: 'cpu-stress',
    signal: 'cpu_throttled_share',
    is: '>=',
    threshold: 0.5,
    says: 'the CPU was throttled',
  },
  {
    name: 'memory',
    lesson: 'memory-stress',
    signal: 'memory_limit_share',
    is: '>=',
    threshold: 0.8,
    says: 'memory in use neared its limit',
  },
  {
    name: 'sockets',
    lesson: 'cascade-failure',
    signal: 'sockets_waiting',
    is: '>=',
    threshold: 5,
    says: 'calls waited for a downstream socket',
  },
  {
    name: 'pool',
    lesson: 'db-pool-exhaust',
    signal: 'pool_waiting',
    is: '>=',
    threshold: 5,
    says: 'queries waited for a database connection',
  },
  {
    name: 'oom kill',
    lesson: 'memory-stress',
    signal: 'oom_kills',
    is: '>=',
    threshold: 1,
    says: 'the container was OOMKilled',
  },
  {
    name: 'probe kill',
    lesson: 'noisy-probe',
    signal: 'liveness_kills',
    is: '>=',
    threshold: 1,
    says: 'the liveness probe had the container killed',
  },
  {
    name: 'event loop',
    lesson: 'noisy-probe',
    signal: 'event_loop_typical_delay',
    is: '>=',
    threshold: 100,
    says: 'the event loop was held up',
  },
];
