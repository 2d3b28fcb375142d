import type { Cause } from '../cause';

export const crashLoop: Cause = {
  name: 'crash loop',
  lesson: 'memory-stress',
  mechanism:
    'the process ended again and again. The kubelet waits longer before each restart, so most of the time nothing was there to serve requests.',
  includes: ['crash'],
  endsProcesses: true,
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
