import type { Cause } from '../cause';
import { SUSTAINED, generatorOnTime } from '../signs';

export const slowIo: Cause = {
  name: 'slow I/O only',
  lesson: 'io-stress',
  mechanism:
    'requests took long because what they wait for takes long. Nothing queued and nothing ran short, and only requests whose clients gave up failed.',
  each: 'route',
  explains: ['slow', 'timed out'],
  stages: ['own'],
  rank: 1,
  // With a free event loop, the process had all the CPU that it wanted.
  includes: ['the machine'],
  isAsAlways: true,
  signs: [
    {
      signal: 'latency_p50',
      is: '>=',
      threshold: 1000,
      yes: 'half of the requests took over a second',
      no: 'most requests were quick',
    },
    {
      signal: 'event_loop_typical_delay',
      ...SUSTAINED,
      is: '<',
      threshold: 50,
      yes: 'the event loop was free',
      no: 'the event loop was blocked',
    },
    {
      signal: 'pool_waiting',
      stage: 'connection_wait',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a connection',
      no: 'queries waited for a connection',
    },
    {
      signal: 'sockets_waiting',
      stage: 'socket_wait',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a socket',
      no: 'calls waited for a socket',
    },
    {
      signal: 'worker_queue',
      stage: 'worker_queue',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a worker thread',
      no: 'tasks waited for a worker thread',
    },
    {
      signal: 'unanswered_scrapes',
      is: '<',
      threshold: 2,
      yes: 'the service answered when it was asked for its metrics',
      no: 'the service did not even answer when it was asked for its metrics',
    },
    generatorOnTime,
    {
      signal: 'busiest_cpu_limit_share',
      ifMeasured: true,
      ...SUSTAINED,
      is: '<',
      threshold: 0.85,
      yes: 'there was CPU to spare',
      no: 'CPU use was at its limit',
    },
  ],
  tryNext: [
    {
      says: 'wait for several things at once',
      set: { 'backend.defences.slowConcurrency': 5 },
      actsOn: ['/api/slow'],
    },
    { says: 'wait for less; more CPU or replicas change nothing' },
  ],
};
