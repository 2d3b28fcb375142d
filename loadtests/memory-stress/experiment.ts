import type { Experiment } from '../../lab/model/experiment';

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
          because: 'the sixty retained entries then take about 300 MiB, and 512 MiB are available',
        },
      ],
    },
    stream: {
      title: 'the same bytes, streamed piece by piece',
      props: { backend: { defences: { streamInsteadOfRetain: true } } },
      expects: [{ role: 'aggressor', goodput: 'helps', because: 'no request leaves anything in memory' }],
    },
    paginate: {
      title: 'pages of 2 MiB; clients ask again for the rest',
      props: { backend: { defences: { pageMebibytes: 2 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'sixty entries of 2 MiB take 120 MiB; each answer is smaller, but it arrives',
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
          because: 'while this load lasts, the first kill comes later and each container lives twice as long',
        },
      ],
      claims: [
        {
          id: 'same-end',
          says: 'the container is still OOMKilled, only later',
          because: 'sixty entries of 20 MB take 1.2 GB, which is more than the doubled limit',
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
      says: 'memory use climbs steadily for seconds',
      because: 'a leak grows gradually, not all at once; samples are a second apart',
      first: { signal: 'memory_limit_share', is: '>=', threshold: 0.35 },
      then: { signal: 'memory_limit_share', is: '>=', threshold: 0.7 },
      byAtLeastSeconds: 1,
    },
    {
      id: 'memory-reaches-limit',
      says: 'memory use reaches its limit',
      because:
        'before the first kill, memory grows by about 100 MiB, a fifth of the limit, between two samples a second apart, so the last sample may be that far below the limit',
      signal: 'memory_limit_share',
      take: 'max',
      is: '>=',
      threshold: 0.7,
    },
    {
      id: 'oom-killed',
      says: 'the container is OOMKilled (exit code 137) and killed again after its restart',
      because: 'a second kill tells a leak from a peak',
      signal: 'oom_kills',
      is: '>=',
      threshold: 2,
    },
    {
      id: 'kernel-agrees',
      says: 'the kernel’s own counter confirms that these were OOM kills',
      because: 'exit code 137 alone could come from any SIGKILL',
      signal: 'oom_counter',
      is: '>=',
      threshold: 2,
    },
    {
      id: 'restarts-by-itself',
      says: 'the container restarts without anybody doing anything',
      because: 'restartPolicy Always is the default and hides the cause',
      signal: 'restarts',
      is: '>=',
      threshold: 1,
    },
    {
      id: 'abrupt',
      says: 'failures are abrupt: connections reset or refused, not slow answers',
      because:
        'a killed process answers nothing; nine in ten leaves room for requests that reach a half-started process',
      signal: 'abrupt_share',
      role: 'aggressor',
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'no-warning',
      says: 'latency gives no warning: before the first kill, requests are still quick',
      because:
        'filling 30 MB takes about 20 ms of CPU, or 40 ms under a limit of half a core, and 20 users share it; a second would be a warning',
      signal: 'latency_p50',
      role: 'aggressor',
      during: [0, 0.2],
      is: '<',
      threshold: 1000,
    },
  ],
};
