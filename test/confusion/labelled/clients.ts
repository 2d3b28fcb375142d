import type { LabelledRun, Users } from '../labelled';
import { cpu, cpuLimit, dependencyOf, order, price, queries, wrongPath } from './users';

/** Clients that try each request four times. */
const stubborn = (users: Users, timeoutSeconds = 2): Users => ({ ...users, retries: 3, timeoutSeconds });

/** Few users whom the system serves well, and for some seconds a crowd of the same kind. */
const withCrowd = (users: Users, crowd: number, from: number, to: number): Users[] => [
  users,
  { ...users, rate: crowd, from, to },
];

/**
 * At 500m, 31 requests a second can be served. 12 users need 0.38 of it, and with all their attempts 1.5 times what
 * there is, so the retries keep the system down after the crowd has left.
 */
const STORM = withCrowd(stubborn(cpu(12)), 50, 5, 9);

export const RETRY_STORM: LabelledRun[] = [
  {
    name: 'storm-cpu',
    what: 'a crowd for four seconds; each client tries four times',
    kind: 'plain',
    causes: ['retry storm'],
    besides: ['cpu limit'],
    load: { seconds: 26, users: STORM },
  },
  {
    name: 'storm-250m',
    what: 'half the users, half the crowd, half the CPU',
    kind: 'other limit',
    causes: ['retry storm'],
    besides: ['cpu limit'],
    set: cpuLimit('backend', 250),
    load: { seconds: 26, users: withCrowd(stubborn(cpu(6)), 30, 5, 9) },
  },
  {
    name: 'storm-pool',
    what: 'a crowd in front of a pool that can serve twenty; each client waits for a second and tries four times',
    kind: 'other route',
    causes: ['retry storm'],
    besides: ['connection pool'],
    // Nine users need 45 of 100 queries a second, and 180 with all their attempts.
    load: { seconds: 26, users: withCrowd(stubborn(queries(5, 9), 1), 50, 5, 9) },
  },
  {
    name: 'storm-and-dependency',
    what: 'a retry storm, and a dependency that takes three seconds',
    kind: 'two causes',
    causes: ['retry storm', 'slow dependency'],
    besides: ['cpu limit'],
    set: dependencyOf(3000),
    load: { seconds: 26, users: [...STORM, price(3)] },
  },
  {
    name: 'storm-and-orders',
    what: 'a retry storm, and twenty orders a second',
    kind: 'harmless confounder',
    causes: ['retry storm'],
    besides: ['cpu limit'],
    load: { seconds: 26, users: [...STORM, order(20)] },
  },
];

/** From `from` on, each user asks several times, one after the other, whatever the results are. */
const more = (users: Users, requests: number, from = 9): Users[] => [
  { ...users, to: from },
  { ...users, from, requests },
];

export const MORE_REQUESTS: LabelledRun[] = [
  {
    name: 'pages-ask-four-times',
    what: 'pages that ask for four pieces of CPU work in place of one',
    kind: 'plain',
    causes: ['more requests per user'],
    besides: ['cpu limit'],
    // 16 a second need half of the CPU, and 64 twice what there is.
    load: { seconds: 26, users: [...more(cpu(16, { timeoutSeconds: 2 }), 4), order(3)] },
  },
  {
    name: 'pages-ask-the-pool',
    what: 'pages that send four requests to the pool in place of one',
    kind: 'other route',
    causes: ['more requests per user'],
    besides: ['connection pool'],
    // 9 * 5 queries are 45 % of what the pool can run, and four times as many 180 %.
    load: { seconds: 26, users: [...more(queries(5, 9), 4), cpu(3)] },
  },
  {
    name: 'pages-ask-the-dependency',
    what: 'pages that send five requests for prices in place of one; the dependency can do a third of it',
    kind: 'other route',
    causes: ['more requests per user'],
    besides: ['slow dependency'],
    // Crowded by fifty calls, it does 58 a second; at first it gets 40, and then 200.
    load: { seconds: 26, users: [...more(price(40, { timeoutSeconds: 3 }), 5), order(3)] },
  },
  {
    name: 'pages-ask-250m',
    what: 'pages that ask for four pieces of CPU work in place of one; a quarter of a core',
    kind: 'other limit',
    causes: ['more requests per user'],
    besides: ['cpu limit'],
    set: cpuLimit('backend', 250),
    load: { seconds: 26, users: more(cpu(8, { timeoutSeconds: 3 }), 4) },
  },
  {
    name: 'pages-ask-and-wrong-path',
    what: 'pages that ask for four pieces of CPU work in place of one, and one path that does not exist',
    kind: 'two causes',
    causes: ['more requests per user', 'client errors'],
    besides: ['cpu limit'],
    load: { seconds: 26, users: [...more(cpu(16, { timeoutSeconds: 2 }), 4), wrongPath(4)] },
  },
];
