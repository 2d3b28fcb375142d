import type { Cause } from '../cause';

export const crash: Cause = {
  name: 'crash',
  lesson: 'memory-stress',
  mechanism:
    'the process ended on its own, not because of its memory limit or a probe, with every request in it. Requests failed until the container had started again.',
  endsProcesses: true,
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
