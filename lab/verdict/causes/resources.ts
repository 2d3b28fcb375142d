import { type Cause, requestsHarmed, SUSTAINED } from './sign';

/** The container runs out of a resource of its own. */
export const memoryLimit: Cause = {
  name: 'memory limit',
  lesson: 'memory-stress',
  mechanism:
    'memory grew until the container reached its limit. The kernel then killed it at once, with every request in it. Nothing slows down beforehand, so nothing warns you.',
  signs: [
    {
      signal: 'oom_kills',
      is: '>=',
      threshold: 1,
      yes: 'the container was OOMKilled',
      no: 'no container was OOMKilled',
    },
    {
      signal: 'memory_limit_share',
      is: '>=',
      threshold: 0.6,
      yes: 'memory use was close to the limit at the last sample before a kill',
      no: 'memory use stayed far below its limit',
    },
  ],
  tryNext: [
    'stream or paginate the data instead of keeping it in memory (backend.defences.streamInsteadOfRetain=true)',
    'do not rely on a larger limit: it only delays the same outcome (backend.memoryLimitMebibytes=1024)',
  ],
};

export const cpuLimit: Cause = {
  name: 'cpu limit',
  lesson: 'cpu-stress',
  mechanism:
    'the load needs more CPU than the limit allows. The kernel throttles the container, work queues up, and latency grows until clients time out. Work for clients that have left then crowds out the rest. The pod stays Running throughout.',
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
    requestsHarmed,
  ],
  tryNext: [
    'refuse requests that cannot be served in time: backend.defences.admissionLimit=20',
    'compute less: backend.defences.cpuCacheEntries=100',
    'add CPU: backend.cpuLimitMillicores=1000, or backend.replicas=2',
  ],
};

export const eventLoopBlock: Cause = {
  name: 'event-loop block',
  lesson: 'noisy-probe',
  mechanism:
    'the event loop was busy computing. It does one thing at a time, so every request of the process waited for the computations ahead of it, even a request that computes nothing.',
  signs: [
    {
      // Throttled containers that compute elsewhere reached 40 ms; those that compute on the loop reached 60
      // and more. Ten seconds, because a wave of clients that give up fills single turns.
      signal: 'event_loop_turn_cpu',
      take: 'max',
      stepSeconds: 10,
      is: '>=',
      threshold: 50,
      yes: 'most turns of the event loop were long computations',
      no: 'most turns of the event loop had little to compute',
    },
    requestsHarmed,
  ],
  tryNext: [
    'compute in worker threads (backend.offloadCpuWork=true)',
    'compute in small pieces and let other work run between them',
  ],
};
