import { type Cause, type Sign, LOSSES, SUSTAINED, WAITS } from './cause';

const STAGES = ['socket_wait', 'downstream'] as const;
const DEFENCES = ['bulkhead', 'breaker'] as const;

export const dependencyDown: Cause = {
  name: 'dependency down',
  lesson: 'cascade-failure',
  mechanism:
    'calls to a dependency failed because nothing answered at its address. Requests that need it failed with them; the others did not.',
  explains: LOSSES,
  stages: STAGES,
  defendedBy: DEFENCES,
  includes: ['slow dependency', 'outgoing sockets'],
  signs: [
    {
      signal: 'dependency_unreachable',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'calls to the dependency were refused or cut off',
      no: 'no call to the dependency was refused or cut off',
    },
  ],
  tryNext: [
    { says: 'bring the dependency back, or correct its address' },
    {
      says: 'stop calling it meanwhile, and answer without it where that is possible',
      set: { 'backend.defences.breakerFailures': 5 },
    },
  ],
};

export const dependencyCpu: Cause = {
  name: 'dependency CPU',
  lesson: 'cascade-failure',
  mechanism:
    'the dependency had too little CPU of its own. Its answers came late, and whoever called it waited, with CPU to spare.',
  each: 'pod',
  app: 'downstream',
  explains: [...WAITS, 'fast error', 'other'],
  stages: STAGES,
  defendedBy: DEFENCES,
  includes: ['slow dependency', 'outgoing sockets'],
  signs: [
    {
      signal: 'cpu_limit_share',
      app: 'downstream',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.85,
      yes: "the dependency's CPU use was at its limit",
      no: "the dependency's CPU use stayed below its limit",
    },
    {
      signal: 'cpu_throttled_share',
      app: 'downstream',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'the dependency was throttled',
      no: 'the dependency was hardly throttled',
    },
  ],
  tryNext: [
    { says: 'give the dependency more CPU', set: { 'downstream.cpuLimitMillicores': 500 } },
    { says: 'call it less often' },
  ],
};

export const slowDependency: Cause = {
  name: 'slow dependency',
  lesson: 'cascade-failure',
  mechanism:
    'a dependency took long to answer, by its own measurement. Requests that call it waited. If they hold all outgoing sockets, every other request that needs a socket waits behind them, even one whose own call is quick.',
  explains: [...WAITS, 'other'],
  stages: STAGES,
  // A bulkhead also refuses calls to a dependency that takes as long as it always does.
  defendedBy: ['breaker'],
  signs: [
    {
      signal: 'downstream_latency',
      ...SUSTAINED,
      is: '>=',
      threshold: 100,
      yes: 'the dependency itself was slow',
      no: 'the dependency itself was not slow',
    },
  ],
  tryNext: [
    {
      says: 'reserve sockets for other routes',
      set: { 'backend.defences.bulkheadMaxConcurrent': 20 },
      actsOn: ['/api/cascade-failure'],
    },
    {
      says: 'give up early instead of waiting in vain, which frees the socket but answers with an error',
      set: { 'backend.defences.downstreamTimeoutMs': 500 },
    },
    {
      says: 'stop calling a dependency that does not answer',
      set: { 'backend.defences.downstreamTimeoutMs': 500, 'backend.defences.breakerFailures': 5 },
    },
  ],
};

/** The same as the caller sees it: a dependency that hangs or is not measured tells nothing of itself. */
export const lateDependency: Cause = {
  ...slowDependency,
  mechanism:
    'calls to a dependency took long, although the backend had CPU to spare and a socket was there at once. Requests that call it waited.',
  each: 'route',
  stages: ['downstream'],
  defendedBy: DEFENCES,
  signs: [
    {
      signal: 'dependency_time',
      ...SUSTAINED,
      is: '>=',
      threshold: 500,
      yes: 'calls to the dependency took over half a second',
      no: 'calls to the dependency were quick',
    },
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '<',
      threshold: 0.85,
      yes: 'the backend had CPU to spare',
      no: "the backend's own CPU use was at its limit",
    },
  ],
};

const SOCKETS_FULL: Sign[] = [
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
const SLOWER_MS = 75;

/** The same where a little slowness is enough, because the sockets are full. */
export const crowdedDependency: Cause = {
  ...slowDependency,
  signs: [
    ...SOCKETS_FULL,
    {
      signal: 'downstream_latency',
      ...SUSTAINED,
      is: '>=',
      threshold: SLOWER_MS,
      yes: 'the dependency itself was slow',
      no: 'the dependency itself was not slow',
    },
  ],
};

export const outgoingSockets: Cause = {
  name: 'outgoing sockets',
  lesson: 'cascade-failure',
  mechanism:
    'the backend had too few sockets for the calls that it makes. Calls queued for one, although the dependency answered each quickly.',
  each: 'pod',
  explains: [...WAITS, 'fast error', 'other'],
  stages: ['socket_wait'],
  signs: [
    ...SOCKETS_FULL,
    {
      signal: 'downstream_latency',
      ...SUSTAINED,
      is: '<',
      threshold: SLOWER_MS,
      yes: 'the dependency itself was quick',
      no: 'the dependency itself was slow',
    },
  ],
  tryNext: [{ says: 'allow more sockets', set: { 'backend.downstreamMaxSockets': 200 } }],
};
