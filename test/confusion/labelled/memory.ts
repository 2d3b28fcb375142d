import type { LabelledRun } from '../labelled';
import { cpu, dependencyOf, fast, leak, order, price } from './users';

/** The process itself takes some 90 of 512 MiB. */
export const MEMORY: LabelledRun[] = [
  {
    name: 'leak-60-mb-a-second',
    what: 'a leak of 60 MB a second: full after seven seconds, twice',
    kind: 'plain',
    causes: ['memory limit'],
    load: { seconds: 24, users: [leak(20, 3), fast(10)] },
  },
  {
    name: 'leak-seldom',
    what: 'a leak by a rare request of 40 MB; those who read orders suffer from the restarts',
    kind: 'other route',
    causes: ['memory limit'],
    load: { seconds: 26, users: [order(20), leak(40, 1)] },
  },
  {
    name: 'leak-bounded',
    what: 'the same leak with room for eight buffers, which fit',
    kind: 'half strength',
    causes: ['healthy'],
    set: ['backend.retainedEntries=8'],
    load: { seconds: 20, users: [leak(20, 3), fast(10)] },
  },
  {
    name: 'leak-256-mib',
    what: 'a leak of 30 MB a second and a limit of 256 MiB',
    kind: 'other limit',
    causes: ['memory limit'],
    set: ['backend.memoryLimitMebibytes=256'],
    load: { seconds: 22, users: [leak(10, 3), fast(10)] },
  },
  {
    name: 'leak-and-dependency',
    what: 'a leak of 60 MB a second, and a dependency that takes three seconds',
    kind: 'two causes',
    causes: ['memory limit', 'slow dependency'],
    set: dependencyOf(3000),
    load: { seconds: 24, users: [leak(20, 3), price(5)] },
  },
  {
    name: 'leak-and-busy-cpu',
    what: 'a leak of 60 MB a second, and a CPU that is half busy',
    kind: 'harmless confounder',
    causes: ['memory limit'],
    load: { seconds: 24, users: [leak(20, 3), cpu(14)] },
  },
  {
    name: 'leak-on-busy-machine',
    what: 'a leak of 60 MB a second, and a busy process on each core',
    kind: 'busy machine',
    causes: ['memory limit'],
    burnersPerCore: 1,
    load: { seconds: 24, users: [leak(20, 3), fast(10)] },
  },
];
