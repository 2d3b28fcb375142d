import type { Cause } from '../cause';
import {
  backendFree,
  SUSTAINED,
  WAITS,
  DEPENDENCY_STAGES,
  DEPENDENCY_DEFENCES,
  SOCKETS_FULL,
  SLOWER_MS,
} from '../signs';

export const slowDependency: Cause = {
  name: 'slow dependency',
  lesson: 'cascade-failure',
  mechanism:
    'a dependency took long to answer, by its own measurement. Requests that call it waited. If they hold all outgoing sockets, every other request that needs a socket waits behind them, even one whose own call is quick.',
  explains: [...WAITS, 'other'],
  stages: DEPENDENCY_STAGES,
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
    { says: 'find out why the dependency is slow: its own work, its queue, the network' },
    { says: 'keep its answers, or answer without it where that is possible' },
  ],
};

/** The same as the caller sees it: a dependency that hangs or is not measured tells nothing of itself. */
export const lateDependency: Cause = {
  ...slowDependency,
  mechanism:
    'calls to a dependency took long, although the backend had CPU to spare and a socket was there at once. Requests that call it waited.',
  each: 'route',
  stages: ['downstream'],
  defendedBy: DEPENDENCY_DEFENCES,
  signs: [
    {
      signal: 'dependency_time',
      ...SUSTAINED,
      is: '>=',
      threshold: 500,
      yes: 'calls to the dependency took over half a second',
      no: 'calls to the dependency were quick',
    },
    backendFree,
  ],
};

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
  tryNext: [
    {
      says: 'reserve sockets for other routes',
      set: { 'backend.defences.bulkheadMaxConcurrent': 20 },
      isLess: true,
      actsOn: ['/api/cascade-failure'],
    },
    {
      says: 'give up early instead of waiting in vain, which frees the socket but answers with an error',
      set: { 'backend.defences.downstreamTimeoutMs': 500 },
      isLess: true,
    },
    {
      says: 'stop calling a dependency that does not answer',
      set: { 'backend.defences.breakerFailures': 5, 'backend.defences.downstreamTimeoutMs': 500 },
      isLess: true,
    },
  ],
};
