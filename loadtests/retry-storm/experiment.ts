import type { Experiment } from '../../lab/model/experiment';

/** Long after the trigger in either length: it ends at 30 % of a compressed run, at 23 % of a full one. */
const AFTERWARDS: [number, number] = [0.6, 1];
/** Without the first seconds, so that it begins with a count to grow from; whole seconds, as rates are counted. */
const BEFORE: [number, number] = [0.05, 0.175];

export const experiment: Experiment = {
  title: 'A short crowd, and retries that keep the system down after it has gone',
  seconds: { full: 5 * 60, compressed: 40 },
  roles: {
    aggressor: { scenario: 'users', label: 'the users, who ask again when they get no answer' },
    victim: { scenario: 'modest', label: 'users of the same route who ask only once' },
    control: { scenario: 'control', label: 'the fast route (shares nothing, never retries)' },
  },
  // The crowd asks for some 0.8 cores; the users alone need 0.2.
  pressure: { signal: 'cpu_usage', during: [0.22, 0.3], is: '>=', threshold: 0.3 },
  arms: {
    'retry-budget': {
      title: 'clients may retry a tenth of what they send',
      props: {},
      env: { RETRIES: 'budget' },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'a tenth more than users send is less than the limit serves, so the queue drains',
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
          because: 'each user sends one request, and the limit serves twice that',
        },
      ],
    },
    'backoff-jitter': {
      title: 'clients retry as often, but wait longer each time, with full jitter',
      props: {},
      env: { RETRIES: 'backoff' },
      expects: [
        {
          role: 'aggressor',
          goodput: 'no change',
          because: 'in a steady stream of users later is not fewer: as many attempts arrive each second',
        },
      ],
    },
    'admission-limit': {
      title: 'the server refuses what it cannot answer in time',
      props: { backend: { defences: { admissionLimit: 20 } } },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'what is admitted is answered in time, so that it is not asked for again',
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
          because: 'four attempts of everybody fit into it, and the crowd hardly fills it',
        },
      ],
    },
  },
  alsoRun: ['retry-budget'],
  claims: [
    {
      id: 'healthy-before',
      says: 'before the crowd comes the users are served well',
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
      says: 'the crowd is gone: what is offered is what was served well before',
      because: 'the users keep their rate; a tenth more would be somebody else’s load',
      signal: 'offered_rate',
      during: AFTERWARDS,
      relativeTo: { signal: 'offered_rate', during: BEFORE },
      is: '<',
      threshold: 1.1,
    },
    {
      id: 'stays-down',
      says: 'the users are not served all the same',
      because:
        'the system can serve over twice what is offered; a third served would be an ordinary queue that drains',
      signal: 'goodput_share',
      role: 'aggressor',
      during: AFTERWARDS,
      is: '<',
      threshold: 0.33,
    },
    {
      id: 'stays-down-to-the-end',
      says: 'and it does not get better with time',
      because: 'the last tenth is as bad as any: nothing drains while more is sent than can be served',
      signal: 'goodput_share',
      role: 'aggressor',
      during: [0.9, 1],
      is: '<',
      threshold: 0.33,
    },
    {
      id: 'victim-suffers',
      says: 'those who never retry are not served either',
      because: 'they wait in the same queue; a third served would be an ordinary queue that drains',
      signal: 'goodput_share',
      role: 'victim',
      during: AFTERWARDS,
      is: '<',
      threshold: 0.33,
    },
    {
      id: 'retries-multiply',
      says: 'each user sends at least three requests for each that is wanted',
      because:
        'four attempts at most, two seconds each; three times twelve a second is more than the limit serves',
      signal: 'request_rate',
      role: 'aggressor',
      during: AFTERWARDS,
      relativeTo: { signal: 'offered_rate', role: 'aggressor', during: AFTERWARDS },
      is: '>=',
      threshold: 3,
    },
    {
      id: 'busy-for-nobody',
      says: 'the CPU is at its limit all the while, for answers that come too late',
      because: 'the server goes on working for clients that have left; half would do for one request each',
      signal: 'cpu_limit_share',
      during: AFTERWARDS,
      is: '>=',
      threshold: 0.85,
    },
    {
      id: 'budget-recovers',
      says: 'with a retry budget the same crowd is followed by recovery',
      because: 'a tenth more than the users send is less than the limit serves, so the queue drains',
      signal: 'goodput_share',
      role: 'aggressor',
      arm: 'retry-budget',
      during: [0.8, 1],
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'budget-had-the-same-crowd',
      says: 'although the crowd hurt there, too',
      because: 'an arm that never failed would have recovered from nothing',
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
