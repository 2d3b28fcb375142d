import type { Cause } from '../cause';
import { SUSTAINED, WAITS, SOCKETS_FULL, SLOWER_MS } from '../signs';

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
