import type { Experiment } from '../../lab/model/experiment';

/** Long after the trigger, which ends at 30 % of a compressed run and at 23 % of a full one. */
const AFTERWARDS: [number, number] = [0.6, 1];
/**
 * Leaves out the first seconds, so that counters have a value to grow from. Rates are counted over whole
 * seconds.
 */
const BEFORE: [number, number] = [0.05, 0.175];

export const experiment: Experiment = {
  title: 'A brief crowd, and retries that keep the system down after it has gone',
  seconds: { full: 5 * 60, compressed: 40 },
  roles: {
    aggressor: { scenario: 'users', label: 'the users, who retry when they get no answer' },
    victim: { scenario: 'modest', label: 'users of the same route who never retry' },
    control: { scenario: 'control', label: 'the fast route (shares nothing, never retries)' },
  },
  // The crowd needs about 0.8 cores; the users alone need 0.2.
  pressure: { signal: 'cpu_usage', during: [0.22, 0.3], is: '>=', threshold: 0.3 },
  arms: {
    'retry-budget': {
      title: 'clients may retry a tenth of their requests',
      props: {},
      env: { RETRIES: 'budget' },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'a tenth more than the users send is less than the limit can serve, so the queue drains',
        },
      ],
    },
    'no-retries': {
      title: 'clients do not retry',
      props: {},
      env: { RETRIES: 'none' },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'each user sends one request, and the limit can serve twice as many',
        },
      ],
    },
    'backoff-jitter': {
      title: 'clients retry just as often, but wait longer each time, with full jitter',
      props: {},
      env: { RETRIES: 'backoff' },
      expects: [
        {
          role: 'aggressor',
          goodput: 'no change',
          because:
            'in a steady stream of users, delaying the attempts does not reduce them: as many arrive each second',
        },
      ],
    },
    'admission-limit': {
      title: 'the server refuses requests that it cannot answer in time',
      props: { backend: { defences: { admissionLimit: 20 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'admitted requests are answered in time, so clients do not retry them',
        },
      ],
    },
    'double-cpu': {
      title: 'twice the CPU limit',
      props: { backend: { cpuLimitMillicores: 1000 } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'four attempts of every user fit into the limit, and the crowd hardly fills it',
        },
      ],
    },
  },
  alsoRun: ['retry-budget'],
  claims: [
    {
      id: 'healthy-before',
      says: 'before the crowd arrives, the users are served well',
      because:
        'fourteen requests a second need less than half of the limit; nine in ten leaves room for the first second',
      signal: 'goodput_share',
      role: 'aggressor',
      during: BEFORE,
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'trigger-is-short',
      says: 'the crowd is gone: the offered load is back to its level before the crowd, which was served well',
      because: 'the users keep their rate; a tenth more would be load from elsewhere',
      signal: 'offered_rate',
      during: AFTERWARDS,
      relativeTo: { signal: 'offered_rate', during: BEFORE },
      is: '<',
      threshold: 1.1,
    },
    {
      id: 'stays-down',
      says: 'even so, the users are still not served',
      because:
        'the system can serve more than twice the offered load; a third served would be an ordinary queue that drains',
      signal: 'goodput_share',
      role: 'aggressor',
      during: AFTERWARDS,
      is: '<',
      threshold: 0.33,
    },
    {
      id: 'stays-down-to-the-end',
      says: 'the outage does not get better with time',
      because:
        'nothing drains while clients send more than can be served, so the last tenth is as bad as any other',
      signal: 'goodput_share',
      role: 'aggressor',
      during: [0.9, 1],
      is: '<',
      threshold: 0.33,
    },
    {
      id: 'victim-suffers',
      says: 'users who never retry are not served either',
      because: 'they wait in the same queue; a third served would be an ordinary queue that drains',
      signal: 'goodput_share',
      role: 'victim',
      during: AFTERWARDS,
      is: '<',
      threshold: 0.33,
    },
    {
      id: 'retries-multiply',
      says: 'users send at least three requests for each one that they want',
      because:
        'clients make up to four attempts of two seconds each; three times twelve a second is more than the limit can serve',
      signal: 'request_rate',
      role: 'aggressor',
      during: AFTERWARDS,
      relativeTo: { signal: 'offered_rate', role: 'aggressor', during: AFTERWARDS },
      is: '>=',
      threshold: 3,
    },
    {
      id: 'busy-for-nobody',
      says: 'the CPU stays at its limit, working on answers that come too late',
      because:
        'the server keeps working for clients that have left; one request each would need only half of the limit',
      signal: 'cpu_limit_share',
      during: AFTERWARDS,
      is: '>=',
      threshold: 0.85,
    },
    {
      id: 'budget-recovers',
      says: 'with a retry budget, the system recovers from the same crowd',
      because: 'a tenth more than the users send is less than the limit can serve, so the queue drains',
      signal: 'goodput_share',
      role: 'aggressor',
      arm: 'retry-budget',
      during: [0.8, 1],
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'budget-had-the-same-crowd',
      says: 'the crowd did harm with the retry budget, too',
      because: 'an arm that never failed would have nothing to recover from',
      signal: 'error_share',
      role: 'aggressor',
      arm: 'retry-budget',
      during: [0.2, 0.6],
      take: 'max',
      stepSeconds: 2,
      is: '>=',
      threshold: 0.5,
    },
  ],
};
