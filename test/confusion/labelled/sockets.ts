import type { LabelledRun } from '../labelled';
import { fanOut, fast, price, queries, wrongPath } from './users';

const sockets = (count: number): string[] => [`backend.downstreamMaxSockets=${count}`];

/** With n calls at once, the dependency takes 50 × (1 + 0.05 × (n - 1)) ms for each: two sockets carry 38 a second. */
export const SOCKETS: LabelledRun[] = [
  {
    name: 'sockets-60-calls-a-second',
    what: 'two sockets, which carry 38 calls a second, and 60 calls a second to a quick dependency',
    kind: 'plain',
    causes: ['outgoing sockets'],
    set: sockets(2),
    load: { seconds: 20, users: [price(60), fast(10)] },
  },
  {
    name: 'sockets-fan-out',
    what: 'four sockets, which carry 70 calls a second, and a fan-out that makes 125 to a quick dependency',
    kind: 'other route',
    causes: ['outgoing sockets'],
    set: sockets(4),
    load: { seconds: 20, users: [fanOut(25), fast(10)] },
  },
  {
    name: 'sockets-18-calls-a-second',
    what: 'two sockets, and half of the calls that they carry',
    kind: 'half strength',
    causes: ['healthy'],
    set: sockets(2),
    load: { seconds: 20, users: [price(18), fast(10)] },
  },
  {
    name: 'sockets-only-slow',
    what: 'two sockets, a fifth more calls than they carry, and patient clients: slow, but all are answered',
    kind: 'half strength',
    causes: ['outgoing sockets'],
    // After 20 s, 20 * 8 calls wait: 4 s.
    set: sockets(2),
    load: { seconds: 20, users: [price(46, { timeoutSeconds: 20 })] },
  },
  {
    name: 'sockets-single',
    what: 'a single socket, which carries 20 calls a second, and 30 calls a second by impatient clients',
    kind: 'other limit',
    causes: ['outgoing sockets'],
    set: sockets(1),
    load: { seconds: 20, users: [price(30, { timeoutSeconds: 2 }), fast(10)] },
  },
  {
    name: 'sockets-and-wrong-path',
    what: 'two sockets for 60 calls a second, and clients that ask for a path that does not exist',
    kind: 'two causes',
    causes: ['outgoing sockets', 'client errors'],
    set: sockets(2),
    load: { seconds: 20, users: [price(60), wrongPath(5)] },
  },
  {
    name: 'sockets-and-busy-pool',
    what: 'two sockets for 60 calls a second, and a pool that is nearly three quarters in use',
    kind: 'harmless confounder',
    causes: ['outgoing sockets'],
    set: sockets(2),
    load: { seconds: 20, users: [price(60), queries(4, 18)] },
  },
  {
    name: 'sockets-on-busy-machine',
    what: 'two sockets for 60 calls a second, and a busy process on each core',
    kind: 'busy machine',
    causes: ['outgoing sockets'],
    set: sockets(2),
    load: { seconds: 20, users: [price(60), fast(10)] },
    burnersPerCore: 1,
  },
];
