import type { Experiment } from '../../lab/experiment';

export const experiment: Experiment = {
  title: 'Memory retained by every request: no warning, then OOMKilled, restarted, OOMKilled',
  seconds: { full: 7 * 60, compressed: 36 },
  roles: { aggressor: { scenario: 'leak', route: '/api/memory-leak', label: 'the leaking route' } },
  pressure: {
    signal: 'retained_bytes',
    take: 'max',
    is: '>=',
    threshold: 100 * 2 ** 20,
  },
  arms: {
    'allocate-less': {
      title: 'code that keeps a quarter of the bytes for the same answer',
      props: { backend: { retainedKibibytesPerMegabyte: 256 } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'the sixty entries that are kept are then some 300 MiB, and 512 are there',
        },
      ],
    },
    stream: {
      title: 'the same bytes, produced and passed on piece by piece',
      props: { backend: { defences: { streamInsteadOfRetain: true } } },
      expects: [{ role: 'aggressor', goodput: 'helps', because: 'nothing is kept, whatever is asked for' }],
    },
    paginate: {
      title: 'pages of 2 MiB; clients ask again for the rest',
      props: { backend: { defences: { pageMebibytes: 2 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'sixty entries of 2 MiB are 120 MiB; each answer is worth less, but there are answers',
        },
      ],
    },
    'double-memory': {
      title: 'twice the memory limit',
      props: { backend: { memoryLimitMebibytes: 1024 } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because:
            'for as long as this load lasts: the first kill comes later, and each life lasts twice as long',
        },
      ],
      claims: [
        {
          id: 'same-end',
          says: 'it is OOMKilled all the same, later',
          because: 'sixty entries of 20 MB are 1.2 GB, which is more than any limit below it',
          signal: 'oom_kills',
          is: '>=',
          threshold: 1,
        },
      ],
    },
  },
  claims: [
    {
      id: 'memory-climbs',
      says: 'memory in use climbs steadily, for seconds',
      because: 'a leak is a slope, not a jump; samples are a second apart',
      first: { signal: 'memory_limit_share', is: '>=', threshold: 0.35 },
      then: { signal: 'memory_limit_share', is: '>=', threshold: 0.7 },
      byAtLeastSeconds: 1,
    },
    {
      id: 'memory-reaches-limit',
      says: 'it reaches its limit',
      because:
        'before the first kill some 100 MiB, a fifth of the limit, come between two samples a second apart',
      signal: 'memory_limit_share',
      take: 'max',
      is: '>=',
      threshold: 0.7,
    },
    {
      id: 'oom-killed',
      says: 'the container is OOMKilled (exit code 137) and killed again after its restart',
      because: 'twice is what tells a leak from a peak',
      signal: 'oom_kills',
      is: '>=',
      threshold: 2,
    },
    {
      id: 'kernel-agrees',
      says: 'the memory limit’s own counter agrees that these were OOM kills',
      because: 'exit code 137 alone is any SIGKILL',
      signal: 'oom_counter',
      is: '>=',
      threshold: 2,
    },
    {
      id: 'restarts-by-itself',
      says: 'it is restarted without anybody doing anything',
      because: 'restartPolicy Always is the default, and hides the cause',
      signal: 'restarts',
      is: '>=',
      threshold: 1,
    },
    {
      id: 'abrupt',
      says: 'failures are abrupt: connections reset or refused, not slow answers',
      because:
        'a killed process answers nothing; nine in ten leaves room for a request that was being refused by a half-started one',
      signal: 'abrupt_share',
      role: 'aggressor',
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'no-warning',
      says: 'latency gives no warning: before the first kill requests are still quick',
      because:
        'filling 30 MB takes some 20 ms of CPU, twice that under a limit of half a core, and 20 users share it; a second would be a warning',
      signal: 'latency_p50',
      role: 'aggressor',
      during: [0, 0.2],
      is: '<',
      threshold: 1000,
    },
  ],
};
