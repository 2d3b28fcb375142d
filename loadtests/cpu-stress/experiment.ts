import type { Experiment } from '../../lab/model/experiment';

export const experiment: Experiment = {
  title: 'More CPU work than the limit allows: slow first, failing later, Running all along',
  seconds: { full: 5 * 60, compressed: 18 },
  roles: { aggressor: { scenario: 'stress', route: '/api/cpu-intensive', label: 'the CPU-intensive route' } },
  pressure: { signal: 'cpu_usage', during: [0, 1], is: '>=', threshold: 0.25 },
  demand: { of: 'cpu', perSecond: 50, complexity: 30 },
  arms: {
    'cheaper-code': {
      title: 'code that needs half the CPU for the same answer',
      props: { backend: { cpuMicrosPerComplexity: 250 } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: '50 requests a second of 8 ms each need 0.4 cores, and half a core is available',
        },
      ],
    },
    'result-cache': {
      title: 'a cache for results',
      props: { backend: { defences: { cpuCacheEntries: 100 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'the load keeps asking for the same eleven computations',
        },
      ],
    },
    'admission-limit': {
      title: 'at most 20 requests in progress, all others refused at once',
      props: { backend: { defences: { admissionLimit: 20 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because:
            'an admitted request waits for 20 others (0.6 s) and is answered in time; half of the load is refused, but no CPU is spent on answers that nobody waits for',
        },
      ],
    },
    'two-replicas': {
      title: 'a second pod',
      props: { backend: { replicas: 2 } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'two pods have a whole core, and the load needs 0.8 cores',
        },
      ],
    },
    'double-cpu': {
      title: 'twice the CPU limit',
      props: { backend: { cpuLimitMillicores: 1000 } },
      expects: [
        { role: 'aggressor', goodput: 'helps', because: 'the load needs 0.8 cores, and one is available' },
      ],
    },
  },
  claims: [
    {
      id: 'cpu-at-limit',
      says: 'CPU use stays at its limit',
      because: 'the kernel hands out the whole quota; the last tenth allows for startup and rounding',
      signal: 'cpu_limit_share',
      during: [0.2, 1],
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'throttled',
      says: 'the kernel throttles the container in most scheduling periods',
      because:
        'a container that is merely busy is throttled now and then; one that lacks CPU is throttled nearly always',
      signal: 'cpu_throttled_share',
      during: [0.2, 1],
      is: '>=',
      threshold: 0.7,
    },
    {
      id: 'quick-at-first',
      says: 'the first requests take less than a fifth of a second',
      because:
        'one request costs 16 ms of CPU and waits at most one throttled period (100 ms); the quickest tenth of the requests of the first second also waits for a tenth of the queue that forms in that second (60 ms); later the queue is longer',
      signal: 'latency_p10',
      role: 'aggressor',
      take: 'min',
      during: [0, 0.15],
      is: '<',
      threshold: 200,
    },
    {
      id: 'latency-grows',
      says: 'latency grows to seconds',
      because: 'requests arrive faster than they are served, so each waits for all those before it',
      signal: 'latency_p95',
      role: 'aggressor',
      take: 'max',
      is: '>=',
      threshold: 1000,
    },
    {
      id: 'slow-before-errors',
      says: 'latency rises before the first errors',
      because:
        'the queue must first grow to the two seconds that clients wait; latency passes half a second well before that, even with samples a second apart',
      first: { signal: 'latency_p95', role: 'aggressor', is: '>=', threshold: 500 },
      then: { signal: 'error_share', role: 'aggressor', is: '>=', threshold: 0.05 },
      byAtLeastSeconds: 1,
    },
    {
      id: 'errors-climb',
      says: 'later, most requests fail',
      because: 'once the wait in the queue exceeds the clients’ timeout, almost every answer comes too late',
      signal: 'error_share',
      role: 'aggressor',
      during: [0.7, 1],
      is: '>=',
      threshold: 0.5,
    },
    {
      id: 'keeps-running',
      says: 'the pod stays Running: no OOM kill, no restart',
      because: 'Kubernetes has no reason to call this pod unhealthy',
      signal: 'restarts',
      is: '<',
      threshold: 1,
    },
    {
      id: 'goodput-collapses',
      says: 'goodput falls far below the offered load',
      because: 'the limit could serve 60 % of this load; less than half is a collapse, not a shortage',
      signal: 'goodput_share',
      role: 'aggressor',
      during: [0.3, 1],
      is: '<',
      threshold: 0.5,
    },
  ],
};
