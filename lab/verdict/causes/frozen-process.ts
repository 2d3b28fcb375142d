import type { App } from '../../model/experiment';
import type { Cause } from '../cause';
import type { Stage } from '../harm/path';
import { DATABASE_STAGES, DEPENDENCY_STAGES } from '../signs';

const OF_APP: Record<App, { called: string; stages?: readonly Stage[] }> = {
  backend: { called: 'a process of the backend' },
  downstream: { called: 'the dependency', stages: DEPENDENCY_STAGES },
  postgres: { called: 'the database', stages: DATABASE_STAGES },
};

/** A process that exists but does nothing: stopped, paused with its machine, or waiting for a disk. */
export function frozen(app: App): Cause {
  const { called, stages } = OF_APP[app];
  return {
    name: 'frozen process',
    lesson: 'noisy-probe',
    mechanism: `${called} stood still for seconds and then went on, without a restart. Whatever it had in hand waited.`,
    each: 'pod',
    app,
    ...(stages && { stages }),
    includes:
      app === 'backend'
        ? ['replica down', 'event-loop block']
        : ['slow dependency', 'outgoing sockets', 'slow database', 'connection pool'],
    signs: [
      {
        signal: 'standstill',
        app,
        is: '>=',
        // In a hundred runs, no container that ran rested for as long as 1.2 s.
        threshold: 1.8,
        yes: `${called} used no CPU at all for seconds, although it was running`,
        no: `${called} was never without CPU use for long`,
      },
    ],
    tryNext: [
      { says: 'find out who stopped it: a debugger, a snapshot, a full disk, a node without memory' },
      { says: 'let callers give up early and use another replica meanwhile' },
    ],
  };
}
