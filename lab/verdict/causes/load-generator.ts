import type { Cause } from '../cause';
import { SUSTAINED } from '../signs';
import { GENERATOR_LATE_MS } from '../validity';

/** The lab itself, or the machine it runs on. Such a run says nothing about the system. */
export const loadGenerator: Cause = {
  name: 'load generator',
  lesson: 'baseline',
  mechanism:
    'the load generator was overloaded. Requests and responses waited in the generator, not in the system, so the run measured the generator.',
  signs: [
    {
      signal: 'generator_delay',
      ...SUSTAINED,
      is: '>=',
      threshold: GENERATOR_LATE_MS,
      yes: 'the load generator itself ran late',
      no: 'the load generator kept to its schedule',
    },
    {
      signal: 'generator_cpu',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'it was busy on the one core that it can use',
      no: 'it had little to do',
    },
  ],
  ofTheLab: true,
  harmsNobody: true,
  tryNext: [
    {
      says: 'offer less load, or use a load generator that can use several cores (--load k6) or several load generators (in a cluster: --parallelism)',
    },
  ],
};
