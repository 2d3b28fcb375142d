import { type Cause, SUSTAINED, WAITS } from './cause';

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
