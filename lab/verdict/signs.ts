import type { Window } from '../model/experiment';
import type { Advice } from './advice/advice';
import { admissionInTime } from './advice/enough';
import type { Sign } from './cause';
import type { HarmKind } from './harm/harm';
import { GENERATOR_LATE_MS } from './validity';

// What several causes share.

/** Long enough that one slow scrape or one bad second does not count as a sign. */
export const SUSTAINED = { take: 'max', stepSeconds: 5 } as const;

/** Ends of requests that wait for something. */
export const WAITS: readonly HarmKind[] = ['timed out', 'slow', 'slow error'];

/** Any end but an error of the client, which no resource causes. */
export const ALL_ENDS: readonly HarmKind[] = [
  'refused',
  'reset',
  'timed out',
  'fast error',
  'slow error',
  'slow',
  'other',
];

export const generatorOnTime: Sign = {
  signal: 'generator_delay',
  ...SUSTAINED,
  is: '<',
  threshold: GENERATOR_LATE_MS,
  yes: 'the load generator kept to its schedule',
  no: 'the load generator itself ran late',
};

/** Where a limit is not reached, other programs of the machine may be why. */
export const machineFree: Sign = {
  signal: 'cores_left',
  take: 'min',
  stepSeconds: 5,
  is: '>=',
  threshold: 0.5,
  yes: 'other programs left CPU on the machine',
  no: 'other programs took the CPU of the machine',
};

/** A backend that waits for its own CPU sees every answer late. */
export const backendFree: Sign = {
  signal: 'busiest_cpu_limit_share',
  ifMeasured: true,
  ...SUSTAINED,
  is: '<',
  threshold: 0.85,
  yes: 'the backend had CPU to spare',
  no: "the backend's own CPU use was at its limit",
};

/** Where operations of the database spend their time or fail. */
export const DATABASE_STAGES = ['connection_wait', 'query'] as const;

/** Where calls to the dependency spend their time or fail. */
export const DEPENDENCY_STAGES = ['socket_wait', 'downstream'] as const;

/** The defences in front of the dependency. */
export const DEPENDENCY_DEFENCES = ['bulkhead', 'breaker'] as const;

export const SOCKETS_FULL: Sign[] = [
  {
    signal: 'sockets_used_share',
    ...SUSTAINED,
    is: '>=',
    threshold: 0.95,
    yes: 'all downstream sockets were in use',
    no: 'some downstream sockets were free',
  },
  {
    signal: 'sockets_waiting',
    ...SUSTAINED,
    is: '>=',
    threshold: 1,
    yes: 'calls waited for a socket',
    no: 'no call waited for a socket',
  },
];

/** Half as much again as the bundled dependency takes without competition, ms. */
export const SLOWER_MS = 75;

/** Both windows begin after the load has settled. A trigger falls between them. */
export const EARLY: Window = [0.04, 0.18];
export const LATE: Window = [0.7, 1];

export const moreRequests: Sign = {
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
export const moreAnswers: Pick<
  Sign,
  'signal' | 'take' | 'stepSeconds' | 'during' | 'relativeTo' | 'threshold'
> = {
  signal: 'successes_per_iteration',
  ...SUSTAINED,
  during: [0, 1],
  relativeTo: { signal: 'successes_per_iteration', during: EARLY },
  threshold: 1.25,
};

/** The only route that these defences are built into. */
export const COMPUTES = ['/api/cpu-intensive'];

/** The defence that refuses what would wait too long. */
export const admissionLimit: Omit<Advice, 'says'> = {
  set: { 'backend.defences.admissionLimit': 20 },
  enough: admissionInTime,
  isLess: true,
  actsOn: COMPUTES,
};
