import { GENERATOR_LATE_MS, HOST_BUSY } from '../validity';
import { type Cause, requestsHarmed, SUSTAINED } from './sign';

/** The lab itself, or the machine under it: nothing is said of the system then. */
export const loadGenerator: Cause = {
  name: 'load generator',
  lesson: 'baseline',
  mechanism:
    'the load generator had more to do than it can: requests and answers waited in it, not in the system. What was measured is the generator.',
  signs: [
    {
      signal: 'generator_delay',
      ...SUSTAINED,
      is: '>=',
      threshold: GENERATOR_LATE_MS,
      yes: 'the load generator was late by itself',
      no: 'the load generator kept its schedule',
    },
    {
      signal: 'generator_cpu',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'it was busy, on the one core that it can use',
      no: 'it had little to do',
    },
  ],
  ofTheLab: true,
  tryNext: ['offer less, or use a quicker generator (--load k6), or several'],
};

export const theMachine: Cause = {
  name: 'the machine',
  lesson: 'baseline',
  mechanism:
    'every core of the machine was taken, by the system, the lab or others: all waited for each other, whatever their limits say.',
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
    requestsHarmed,
  ],
  last: true,
  ofTheLab: true,
  tryNext: ['run it again with nothing else on the machine, or on a larger one'],
};
