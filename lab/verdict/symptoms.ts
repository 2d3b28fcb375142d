import type { Condition } from '../model/experiment';

/** Something that a person would notice in any run. The earliest one in a run is its first symptom. */
export interface Symptom extends Condition {
  /** Its name in a prediction. */
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
    says: 'p95 latency exceeded one second',
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
    says: 'the container was throttled',
  },
  {
    name: 'memory',
    lesson: 'memory-stress',
    signal: 'memory_limit_share',
    is: '>=',
    threshold: 0.8,
    says: 'memory use neared its limit',
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
    says: 'the container was killed because its liveness probe failed',
  },
  {
    name: 'event loop',
    lesson: 'noisy-probe',
    signal: 'event_loop_typical_delay',
    is: '>=',
    threshold: 100,
    says: 'the event loop was blocked',
  },
];
