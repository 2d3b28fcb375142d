import { enoughCpu } from '../advice/enough';
import type { Cause } from '../cause';
import { admissionLimit, SUSTAINED, WAITS, COMPUTES } from '../signs';

export const cpuLimit: Cause = {
  name: 'cpu limit',
  lesson: 'cpu-stress',
  mechanism:
    'the load needs more CPU than the limit allows. The kernel throttles the container, work queues up, and latency grows until clients time out. Work for clients that have left then crowds out the rest. The pod stays Running throughout.',
  each: 'pod',
  explains: [...WAITS, 'refused', 'reset', 'other'],
  stages: ['worker_queue', 'worker_run', 'own'],
  isProcessWide: true,
  defendedBy: ['admission'],
  signs: [
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.85,
      yes: 'CPU use was at its limit',
      no: 'CPU use stayed below its limit',
    },
    {
      signal: 'cpu_throttled_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'the container was throttled',
      no: 'the container was hardly throttled',
    },
  ],
  tryNext: [
    { says: 'add CPU', set: { 'backend.cpuLimitMillicores': 1000 }, enough: enoughCpu },
    { says: 'add a replica, if its node has the CPU', set: { 'backend.replicas': 2 } },
    {
      says: 'refuse requests that cannot be served in time',
      ...admissionLimit,
    },
    {
      says: 'compute each result once, if the same ones are asked for again',
      set: { 'backend.defences.cpuCacheEntries': 100 },
      actsOn: COMPUTES,
    },
  ],
};
