import type { Cause } from '../cause';
import { SUSTAINED } from '../signs';

export const replicaDown: Cause = {
  name: 'replica down',
  lesson: 'cpu-stress',
  mechanism:
    'one of several replicas served nobody while the others did. The others got its share of the load, on top of their own.',
  includes: ['crash', 'crash loop'],
  endsProcesses: true,
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
