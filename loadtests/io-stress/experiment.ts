import type { Experiment, LevelClaim } from '../../lab/model/experiment';

/** A request takes as long as its wait, and no longer. */
const asAsked = (seconds: number): LevelClaim => ({
  id: `takes-${seconds}-s-as-asked`,
  says: `a request that waits ${seconds} s takes ${seconds} s`,
  because:
    'waiting needs no CPU and queues behind nothing; 0.3 s leaves room for a few scheduling periods and a timer',
  signal: 'latency_p95',
  name: `/api/slow?delay=${seconds}`,
  is: '<',
  threshold: seconds * 1000 + 300,
});

export const experiment: Experiment = {
  title: 'Slow I/O is only slow: latency without queues, errors or load',
  seconds: { full: 5 * 60, compressed: 18 },
  // The longest wait that the load asks for takes eight seconds.
  roles: {
    aggressor: { scenario: 'wait', route: '/api/slow', label: 'the slow route', goodWithinMs: 10_000 },
  },
  pressure: { signal: 'latency_p50', role: 'aggressor', is: '>=', threshold: 1000 },
  arms: {
    'double-cpu': {
      title: 'twice the CPU limit',
      props: { backend: { cpuLimitMillicores: 1000 } },
      expects: [{ role: 'aggressor', goodput: 'no change', because: 'waiting needs no CPU' }],
    },
    'two-replicas': {
      title: 'a second pod',
      props: { backend: { replicas: 2 } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'no change',
          because: 'one event loop holds thirty waiting requests as easily as fifteen',
        },
      ],
    },
    'side-by-side': {
      title: 'up to eight waits at once instead of one after another',
      props: { backend: { defences: { slowConcurrency: 8 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'eight waits of a second at once take one second, so each user asks more often',
        },
      ],
    },
  },
  alsoRun: ['double-cpu'],
  claims: [
    asAsked(3),
    asAsked(8),
    {
      id: 'few-errors',
      says: 'fewer than 1 request in 100 fails',
      because: 'nothing runs out while requests wait',
      signal: 'error_share',
      is: '<',
      threshold: 0.01,
    },
    {
      id: 'memory-flat',
      says: 'memory stays flat',
      because: 'a waiting request holds kilobytes; garbage collection alone moves memory use by up to 32 MiB',
      signal: 'memory_growth',
      during: [0.1, 1],
      is: '<',
      threshold: 32 * 2 ** 20,
    },
    {
      id: 'cpu-moderate',
      says: 'CPU use is moderate',
      because: 'about five answers a second need almost no CPU',
      signal: 'cpu_limit_share',
      during: [0.1, 1],
      is: '<',
      threshold: 0.5,
    },
    {
      id: 'more-cpu-changes-nothing',
      says: 'twice the CPU changes nothing',
      because: 'the requests did not wait for CPU; the random mix of delays accounts for a tenth either way',
      signal: 'latency_p95',
      role: 'aggressor',
      arm: 'double-cpu',
      relativeTo: { signal: 'latency_p95', role: 'aggressor' },
      is: '>=',
      threshold: 0.9,
    },
  ],
};
