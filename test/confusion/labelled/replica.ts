import type { Happening, LabelledRun } from '../labelled';
import { cpu, cpuLimit, fast, order, queries, wrongPath } from './users';

const ONE_DEAD: Happening = { at: 6, do: 'keep dead', app: 'backend', pod: 1 };

/** What kills the replica at each start may be named as well. */
const KEPT_DEAD = ['crash loop'];

/** One replica serves nobody, and the others have to do its work. */
export const REPLICA_DOWN: LabelledRun[] = [
  {
    name: 'replica-dead-cpu',
    what: 'one of two replicas is kept dead; the other lacks CPU for the work of both',
    kind: 'plain',
    causes: ['replica down'],
    besides: [...KEPT_DEAD, 'cpu limit'],
    // 0.7 cores for two replicas of half a core.
    set: ['backend.replicas=2'],
    load: { seconds: 24, users: [cpu(44, { timeoutSeconds: 2 }), fast(5)] },
    happens: [ONE_DEAD],
  },
  {
    name: 'replica-dead-pool',
    what: 'one of two replicas is kept dead; the pool of the other is too small for the queries of both',
    kind: 'other route',
    causes: ['replica down'],
    besides: [...KEPT_DEAD, 'connection pool'],
    // 90 queries a second; each replica can run 60.
    set: ['backend.replicas=2', 'backend.dbPoolSize=3'],
    load: { seconds: 24, users: [queries(3, 30), fast(5)] },
    happens: [ONE_DEAD],
  },
  {
    name: 'replica-dead-only-slow',
    what: 'one of two replicas is kept dead; the other lacks a little CPU for the work of both, and clients are patient',
    kind: 'half strength',
    causes: ['replica down'],
    besides: [...KEPT_DEAD, 'cpu limit'],
    // In the end, (39 - 31) * 18 requests wait: 4.6 s.
    set: ['backend.replicas=2'],
    load: { seconds: 24, users: [cpu(39, { timeoutSeconds: 20 }), fast(5)] },
    happens: [ONE_DEAD],
  },
  {
    name: 'replica-dead-of-three',
    what: 'one of three replicas is kept dead; the others lack CPU for the work of three',
    kind: 'other limit',
    causes: ['replica down'],
    besides: [...KEPT_DEAD, 'cpu limit'],
    // 0.77 cores for three replicas of 0.3 cores, and then for two.
    set: ['backend.replicas=3', ...cpuLimit('backend', 300)],
    load: { seconds: 26, users: [cpu(48, { timeoutSeconds: 2 }), fast(5)] },
    happens: [{ ...ONE_DEAD, pod: 2 }],
  },
  {
    name: 'replica-dead-and-wrong-path',
    what: 'one of two replicas is kept dead, and clients ask for a path that does not exist',
    kind: 'two causes',
    causes: ['replica down', 'client errors'],
    besides: [...KEPT_DEAD, 'cpu limit'],
    set: ['backend.replicas=2'],
    load: { seconds: 24, users: [cpu(44, { timeoutSeconds: 2 }), wrongPath(5)] },
    happens: [ONE_DEAD],
  },
  {
    name: 'replica-dead-and-full-pool',
    what: 'one of two replicas is kept dead; orders are read all along',
    kind: 'harmless confounder',
    causes: ['replica down'],
    besides: [...KEPT_DEAD, 'cpu limit'],
    set: ['backend.replicas=2', 'backend.dbPoolSize=3'],
    load: { seconds: 24, users: [cpu(44, { timeoutSeconds: 2 }), order(20)] },
    happens: [{ ...ONE_DEAD, pod: 0 }],
  },
];
