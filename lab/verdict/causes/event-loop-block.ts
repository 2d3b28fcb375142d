import type { Cause } from '../cause';
import { SUSTAINED, WAITS, machineFree } from '../signs';

export const eventLoopBlock: Cause = {
  name: 'event-loop block',
  lesson: 'noisy-probe',
  mechanism:
    'the event loop was busy computing. It does one thing at a time, so every request of the process waited for the computations ahead of it, even a request that computes nothing.',
  each: 'pod',
  explains: [...WAITS, 'refused', 'reset', 'other'],
  stages: ['worker_run', 'own'],
  isProcessWide: true,
  defendedBy: ['admission'],
  signs: [
    {
      // Throttled containers that compute elsewhere reached 40 ms; those that compute on the loop reached 60
      // and more. Ten seconds, because a wave of clients that give up fills single turns.
      signal: 'event_loop_turn_cpu',
      ...SUSTAINED,
      stepSeconds: 10,
      is: '>=',
      threshold: 50,
      yes: 'most turns of the event loop were long computations',
      no: 'most turns of the event loop had little to compute',
    },
  ],
  tryNext: [
    { says: 'compute in worker threads', set: { 'backend.offloadCpuWork': true } },
    { says: 'compute in small pieces and let other work run between them' },
  ],
};

/** The same by a few computations that are so long that most turns are still short. */
export const eventLoopPauses: Cause = {
  ...eventLoopBlock,
  mechanism:
    'now and then, a single computation occupied the event loop for more than a second. Every request of the process waited until it was over, even a request that computes nothing.',
  signs: [
    {
      signal: 'event_loop_longest_wait',
      ...SUSTAINED,
      is: '>=',
      threshold: 1000,
      yes: 'single turns of the event loop took over a second',
      no: 'no turn of the event loop took over a second',
    },
    {
      signal: 'cpu_throttled_share',
      ...SUSTAINED,
      is: '<',
      threshold: 0.5,
      yes: 'the container was hardly throttled',
      no: 'the container was throttled, which makes turns longer',
    },
    machineFree,
  ],
};
