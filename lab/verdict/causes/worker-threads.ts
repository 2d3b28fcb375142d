import { enoughThreads } from '../advice/enough';
import type { Cause } from '../cause';
import { admissionLimit, SUSTAINED, WAITS, machineFree } from '../signs';

export const workerThreads: Cause = {
  name: 'worker threads',
  lesson: 'cpu-stress',
  mechanism:
    'every worker thread was busy, and tasks queued for one, while the CPU limit left room. More threads would serve more; more CPU would not.',
  each: 'pod',
  explains: [...WAITS, 'fast error'],
  stages: ['worker_queue'],
  defendedBy: ['admission'],
  signs: [
    {
      signal: 'worker_busy_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.9,
      yes: 'all worker threads were busy',
      no: 'a worker thread was free',
    },
    {
      signal: 'worker_queue',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'tasks waited for a worker thread',
      no: 'no task waited for a worker thread',
    },
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '<',
      threshold: 0.85,
      yes: 'there was CPU to spare',
      no: 'CPU use was at its limit',
    },
    machineFree,
  ],
  tryNext: [
    { says: 'use more worker threads', set: { 'backend.workerThreads': 2 }, enough: enoughThreads },
    {
      says: 'refuse requests that cannot be served in time',
      ...admissionLimit,
    },
    { says: 'compute less in each task' },
  ],
};
