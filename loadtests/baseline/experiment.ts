import type { Experiment } from '../../lab/model/experiment';

export const experiment: Experiment = {
  title: 'Healthy traffic: how this backend behaves when nothing is wrong',
  seconds: { full: 16 * 60, compressed: 20 },
  roles: { aggressor: { scenario: 'users', label: 'the users' } },
  pressure: { signal: 'request_rate', role: 'aggressor', during: [0, 1], is: '>=', threshold: 30 },
  claims: [
    {
      id: 'p95-quick',
      says: '95 of 100 requests are answered within half a second',
      because: 'on a page of several requests, people perceive half a second as immediate',
      signal: 'latency_p95',
      is: '<',
      threshold: 500,
    },
    {
      id: 'p99-quick',
      says: '99 of 100 requests are answered within a second',
      because: 'people notice a wait of more than a second',
      signal: 'latency_p99',
      is: '<',
      threshold: 1000,
    },
    {
      id: 'no-errors',
      says: 'fewer than 1 request in 1,000 fails',
      because: 'three nines are the usual promise of a small service',
      signal: 'error_share',
      is: '<',
      threshold: 0.001,
    },
    {
      id: 'latency-returns',
      says: 'after the ramp, latency is back where it began',
      because:
        'a queue that does not drain keeps latency high; a factor of three leaves room for what one slow second does to a median of a few milliseconds',
      signal: 'latency_p50',
      during: [0.9, 1],
      relativeTo: { signal: 'latency_p50', during: [0, 0.2] },
      is: '<',
      threshold: 3,
    },
  ],
};
