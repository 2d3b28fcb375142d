import type { Experiment } from '../../lab/experiment';

export const experiment: Experiment = {
  title: 'Memory retained by every request: no warning, then OOMKilled, restarted, OOMKilled',
  seconds: { full: 7 * 60, compressed: 45 },
  roles: { aggressor: { scenario: 'leak', label: 'the leaking route' } },
  pressure: {
    signal: 'retained_bytes',
    take: 'max',
    is: '>=',
    threshold: 100 * 2 ** 20,
  },
  claims: [
    {
      id: 'memory-reaches-limit',
      says: 'memory in use climbs to its limit',
      because: 'the last sample is up to a second, some 100 MiB, before the kill',
      signal: 'memory_limit_share',
      take: 'max',
      is: '>=',
      threshold: 0.75,
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
