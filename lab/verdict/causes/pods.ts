import type { App } from '../../model/experiment';
import type { Stage } from '../harm/path';
import { type Cause, LOSSES, SUSTAINED } from './cause';

/** Processes that end, stand still or are missing. */
export const crash: Cause = {
  name: 'crash',
  lesson: 'memory-stress',
  mechanism:
    'the process ended on its own, not because of its memory limit or a probe, with every request in it. Requests failed until the container had started again.',
  explains: LOSSES,
  signs: [
    {
      signal: 'crashes',
      is: '>=',
      threshold: 1,
      yes: 'a container ended on its own',
      no: 'no container ended on its own',
    },
  ],
  tryNext: [
    { says: 'read the log of the container that ended (kubectl logs --previous) and its exit code' },
    {
      says: 'run a second replica, so that one crash does not take everything away',
      set: { 'backend.replicas': 2 },
    },
  ],
};

export const crashLoop: Cause = {
  name: 'crash loop',
  lesson: 'memory-stress',
  mechanism:
    'the process ended again and again. The kubelet waits longer before each restart, so most of the time nothing was there to serve requests.',
  explains: LOSSES,
  includes: ['crash'],
  signs: [
    {
      signal: 'crashes',
      is: '>=',
      threshold: 2,
      yes: 'a container ended on its own again and again',
      no: 'no container ended on its own again and again',
    },
    {
      signal: 'back_offs',
      is: '>=',
      threshold: 1,
      yes: 'the kubelet waited before it restarted it again',
      no: 'the kubelet restarted it at once each time',
    },
  ],
  tryNext: [
    { says: 'read the log of the container that ended (kubectl logs --previous) and its exit code' },
    { says: 'roll back to the last version that stayed up' },
  ],
};

export const replicaDown: Cause = {
  name: 'replica down',
  lesson: 'cpu-stress',
  mechanism:
    'one of several replicas served nobody while the others did. The others got its share of the load, on top of their own.',
  explains: LOSSES,
  includes: ['crash', 'crash loop'],
  signs: [
    {
      signal: 'replicas_down',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'a replica had no running container while another one was ready',
      no: 'no replica was without a running container beside a ready one',
    },
  ],
  tryNext: [
    { says: 'find out why this replica does not run (kubectl describe pod), before adding others' },
    { says: 'run enough replicas that the load still fits when one is missing' },
  ],
};

const OF_APP: Record<App, { called: string; stages?: Stage[] }> = {
  backend: { called: 'a process of the backend' },
  downstream: { called: 'the dependency', stages: ['socket_wait', 'downstream'] },
  postgres: { called: 'the database', stages: ['connection_wait', 'query'] },
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
    explains: LOSSES,
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
