import type { Experiment } from '../../lab/model/experiment';

export const experiment: Experiment = {
  title: 'One slow dependency takes down a route that hardly uses it',
  seconds: { full: 7 * 60, compressed: 40 },
  roles: {
    aggressor: {
      scenario: 'cascade',
      route: '/api/cascade-failure',
      label: 'the route with five downstream calls',
    },
    victim: { scenario: 'victim', route: '/api/price', label: 'the price route (one quick downstream call)' },
    control: { scenario: 'control', route: '/api/fast', label: 'the fast route (shares nothing)' },
  },
  pressure: { signal: 'sockets_used_share', take: 'max', stepSeconds: 2, is: '>=', threshold: 0.25 },
  arms: {
    timeout: {
      title: 'give up on a downstream call after 500 ms',
      props: { backend: { defences: { downstreamTimeoutMs: 500 } } },
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because:
            'sockets are freed sooner, but the next calls of the crowd take them: the victim gets no more good answers, it only fails after half a second instead of half a minute',
        },
      ],
    },
    breaker: {
      title: 'a circuit breaker alone',
      props: { backend: { defences: { breakerFailures: 5 } } },
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because: 'slowness is not a failure: without a timeout no call fails, so the breaker never opens',
        },
      ],
    },
    'timeout-and-breaker': {
      title: 'the timeout, and a circuit breaker that opens on timeouts',
      props: { backend: { defences: { downstreamTimeoutMs: 500, breakerFailures: 5 } } },
      against: 'timeout',
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because:
            'the victim needs the same dependency, so it is refused while the breaker is open; when the breaker closes, the crowd is back. The victim now fails at once, and the dependency is spared',
        },
      ],
    },
    bulkhead: {
      title: 'at most 20 downstream calls of the fan-out at once',
      props: { backend: { defences: { bulkheadMaxConcurrent: 20 } } },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because: 'it keeps 30 of the 50 sockets, and the downstream is never crowded',
        },
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'a downstream that is not crowded gets more done; the rest is refused at once',
        },
      ],
    },
    'all-three': {
      title: 'timeout, breaker and bulkhead together',
      props: {
        backend: { defences: { downstreamTimeoutMs: 500, breakerFailures: 5, bulkheadMaxConcurrent: 20 } },
      },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because: 'the bulkhead keeps the downstream quick, so the other two have nothing to do',
        },
      ],
    },
    'retries-without-backoff': {
      title: 'the timeout, and three immediate retries',
      props: { backend: { defences: { downstreamTimeoutMs: 500, downstreamRetries: 3 } } },
      against: 'timeout',
      expects: [
        {
          role: 'victim',
          goodput: 'no change',
          because: 'the dependency is already so crowded that more calls do not change how much it gets done',
        },
      ],
      claims: [
        {
          id: 'retries-take-the-cpu',
          says: 'the retries use all of the CPU, which was idle before',
          because:
            'each call that failed for lack of room becomes up to four calls; nine tenths leaves room for rounding',
          signal: 'cpu_limit_share',
          take: 'max',
          stepSeconds: 5,
          is: '>=',
          threshold: 0.9,
        },
        {
          id: 'retries-take-longer',
          says: 'the same failures take seconds instead of half a second',
          because:
            'four attempts take half a second each; twice the timeout is more than one attempt can take',
          signal: 'latency_p95',
          role: 'victim',
          is: '>=',
          threshold: 1000,
        },
      ],
    },
  },
  claims: [
    {
      id: 'fine-at-first',
      says: 'the first requests are quick',
      because: 'five calls of 50 ms run side by side, with room for twice as many',
      signal: 'latency_p50',
      role: 'aggressor',
      during: [0, 0.1],
      is: '<',
      threshold: 300,
    },
    {
      id: 'downstream-worsens',
      says: 'the downstream gets slower the more calls it gets',
      because:
        'it works on ten calls at once; less than twice its first latency could mean that calls merely share it',
      signal: 'downstream_latency',
      take: 'max',
      stepSeconds: 5,
      relativeTo: { signal: 'downstream_latency', during: [0, 0.1] },
      is: '>=',
      threshold: 2,
    },
    {
      id: 'sockets-saturate',
      says: 'all shared sockets are in use and calls wait for one',
      because: 'a bounded agent queues silently once its sockets are taken',
      signal: 'sockets_used_share',
      take: 'max',
      stepSeconds: 5,
      is: '>=',
      threshold: 0.95,
    },
    {
      id: 'victim-slows',
      says: 'the victim, which makes one quick call, becomes at least ten times slower',
      because: 'its call waits behind hundreds of others; a factor of ten is beyond any noise',
      signal: 'latency_p95',
      role: 'victim',
      during: [0.5, 'end'],
      relativeTo: { signal: 'latency_p95', role: 'victim', during: [0, 0.1] },
      is: '>=',
      threshold: 10,
    },
    {
      id: 'control-unharmed',
      says: 'a route that shares nothing does not slow down',
      because:
        'it runs in the same process, so only CPU can slow it, not sockets. On a slow core, the last quarter of the ramp takes the whole limit and is left out; before that, a wait for CPU ends within two scheduling periods of 100 ms',
      signal: 'latency_p95',
      role: 'control',
      during: [0, 0.75],
      is: '<',
      threshold: 200,
    },
    {
      id: 'throughput-drops',
      says: 'goodput drops while the offered load still grows',
      because:
        'the downstream thrashes; if it still served as much as at its best, this would be a limit, not a collapse',
      signal: 'goodput',
      role: 'aggressor',
      during: [0.75, 1],
      // A compressed run passes its best rate within 3 s. A longer step averages it with the collapse behind it.
      relativeTo: { signal: 'goodput', role: 'aggressor', take: 'max', stepSeconds: 3, during: [0, 0.75] },
      is: '<',
      threshold: 0.7,
    },
    {
      id: 'offered-grows',
      says: 'meanwhile the offered load grows',
      because: 'the ramp goes from 10/s to 100/s',
      signal: 'offered_rate',
      role: 'aggressor',
      during: [0.75, 1],
      relativeTo: { signal: 'offered_rate', role: 'aggressor', during: [0, 0.15] },
      is: '>=',
      threshold: 5,
    },
    {
      id: 'most-fail',
      says: 'at the end, most requests fail',
      because: 'the wait for a socket exceeds the 30 s that clients wait',
      signal: 'error_share',
      role: 'aggressor',
      during: [0.9, 'end'],
      is: '>=',
      threshold: 0.5,
    },
  ],
};
