import type { Cause } from '../cause';
import { HOST_BUSY } from '../validity';

export const theMachine: Cause = {
  name: 'the machine',
  lesson: 'baseline',
  mechanism:
    'the system, the lab or other programs used every core of the machine. They all waited for each other, whatever their limits.',
  signs: [
    {
      signal: 'host_busy',
      take: 'max',
      stepSeconds: 10,
      is: '>=',
      threshold: HOST_BUSY,
      yes: 'the machine had no CPU left',
      no: 'the machine had CPU to spare',
    },
  ],
  rank: 1,
  ofTheLab: true,
  tryNext: [{ says: 'run it again with nothing else on the machine, or on a larger machine' }],
};
