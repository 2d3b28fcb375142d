import type { Window } from '../../model/experiment';
import { COMPUTES } from './cpu-limit';
import { type Cause, type Sign, SUSTAINED } from './cause';

/** Both windows begin after the load has settled. A trigger falls between them. */
export const EARLY: Window = [0.04, 0.18];
export const LATE: Window = [0.7, 1];

const moreRequests: Sign = {
  signal: 'requests_per_iteration',
  during: LATE,
  relativeTo: { signal: 'requests_per_iteration', during: EARLY },
  is: '>=',
  threshold: 1.5,
  yes: 'clients sent more requests per iteration than at the beginning',
  no: 'clients sent no more requests per iteration than at the beginning',
};

/**
 * A retry ends with the first success, so retries never get more answers for a user than that user wanted before.
 * At any time, because an overload may leave nothing of them at the end.
 */
const moreAnswers: Pick<Sign, 'signal' | 'take' | 'stepSeconds' | 'during' | 'relativeTo' | 'threshold'> = {
  signal: 'successes_per_iteration',
  ...SUSTAINED,
  during: [0, 1],
  relativeTo: { signal: 'successes_per_iteration', during: EARLY },
  threshold: 1.25,
};

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
      set: { 'backend.defences.admissionLimit': 20 },
      actsOn: COMPUTES,
    },
    { says: 'add capacity for all attempts at once', set: { 'backend.cpuLimitMillicores': 1000 } },
  ],
};

export const moreRequestsPerUser: Cause = {
  name: 'more requests per user',
  lesson: 'retry-storm',
  mechanism:
    'each user came to send more requests than at the beginning, and not because earlier ones had failed: a changed page, client or script asks more often. The system meets a larger load from the same number of users.',
  each: 'users',
  signs: [
    moreRequests,
    {
      ...moreAnswers,
      is: '>=',
      yes: 'users also got more answers each, so the further requests are not retries',
      no: 'users got no more answers each than at the beginning',
    },
  ],
  tryNext: [
    { says: 'ask for several things in one request, or keep what was asked for before' },
    { says: 'size the system for the new load' },
  ],
};
