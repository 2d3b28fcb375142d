import type { Cause } from '../cause';
import { admissionLimit, SUSTAINED, LATE, moreRequests, moreAnswers, COMPUTES } from '../signs';

/** A feedback loop: retries make the overload worse that they react to. */
export const retryStorm: Cause = {
  name: 'retry storm',
  lesson: 'retry-storm',
  mechanism:
    'a brief spike caused timeouts. Clients retried, and the retries alone exceeded capacity, so the outage outlived the spike. Users now want no more than before the spike, but the system works for clients that have left.',
  each: 'users',
  signs: [
    moreRequests,
    {
      ...moreAnswers,
      is: '<',
      yes: 'but no user got more answers than at the beginning',
      no: 'users got more answers each than at the beginning, so the further requests are not retries',
    },
    {
      signal: 'goodput_share',
      during: LATE,
      is: '<',
      threshold: 0.5,
      yes: 'most of the load was not served at the end',
      no: 'most of the load was served at the end',
    },
    {
      signal: 'offered_rate',
      during: LATE,
      relativeTo: { signal: 'goodput', ...SUSTAINED },
      is: '<',
      threshold: 1.2,
      yes: 'users wanted no more at the end than had been served before',
      no: 'users wanted more at the end than was ever served',
    },
  ],
  includes: ['cpu limit', 'event-loop block', 'slow dependency', 'connection pool', 'worker threads'],
  tryNext: [
    { says: 'set a retry budget: at most a tenth of the requests that a client sends may be retries' },
    {
      says: 'refuse requests that cannot be answered in time',
      ...admissionLimit,
    },
    {
      says: 'add capacity for all attempts at once',
      set: { 'backend.cpuLimitMillicores': 1000 },
      actsOn: COMPUTES,
    },
  ],
};
