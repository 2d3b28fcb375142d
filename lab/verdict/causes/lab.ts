import { GENERATOR_LATE_MS, HOST_BUSY } from '../validity';
import { type Cause, type Sign, SUSTAINED } from './cause';

export const generatorOnTime: Sign = {
  signal: 'generator_delay',
  ...SUSTAINED,
  is: '<',
  threshold: GENERATOR_LATE_MS,
  yes: 'the load generator kept to its schedule',
  no: 'the load generator itself ran late',
};

/** Where a limit is not reached, other programs of the machine may be why. */
export const machineFree: Sign = {
  signal: 'cores_left',
  take: 'min',
  stepSeconds: 5,
  is: '>=',
  threshold: 0.5,
  yes: 'other programs left CPU on the machine',
  no: 'other programs took the CPU of the machine',
};

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
