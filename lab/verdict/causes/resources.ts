import { type Cause, requestsHarmed, SUSTAINED } from './sign';

/** Something of the container's own runs out. */
export const memoryLimit: Cause = {
  name: 'memory limit',
  lesson: 'memory-stress',
  mechanism:
    'memory grew until the container reached its limit; the kernel then killed it at once, with every request in it. Nothing slows down before, so nothing warns.',
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
      yes: 'memory in use had neared the limit at the last sample before a kill',
      no: 'memory stayed far from its limit',
    },
  ],
  tryNext: [
    'stream or paginate instead of retaining (backend.defences.streamInsteadOfRetain=true)',
    'a larger limit only moves the same end to later (backend.memoryLimitMebibytes=1024)',
  ],
};

export const cpuLimit: Cause = {
  name: 'cpu limit',
  lesson: 'cpu-stress',
  mechanism:
    'the work offered needs more CPU than the limit allows; the kernel throttles the container, work queues, latency grows to the client’s patience, and work for clients that have left crowds out the rest. The pod stays Running all the while.',
  signs: [
    {
      signal: 'cpu_limit_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.85,
      yes: 'CPU was at its limit',
      no: 'CPU stayed below its limit',
    },
    {
      signal: 'cpu_throttled_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'the CPU was throttled',
      no: 'the CPU was hardly throttled',
    },
    requestsHarmed,
  ],
  tryNext: [
    'refuse what cannot be served in time: backend.defences.admissionLimit=20',
    'compute less: backend.defences.cpuCacheEntries=100',
    'more of what is short: backend.cpuLimitMillicores=1000, or backend.replicas=2',
  ],
};

export const eventLoopBlock: Cause = {
  name: 'event-loop block',
  lesson: 'noisy-probe',
  mechanism:
    'the event loop was busy computing; it does one thing at a time, so every request of the process, also one that needs nothing, waited for all computations before it.',
  signs: [
    {
      // Throttled containers that compute elsewhere came to 40 ms, those that compute on the loop to 60 and more;
      // over ten seconds, for a wave of clients that give up fills single turns.
      signal: 'event_loop_turn_cpu',
      take: 'max',
      stepSeconds: 10,
      is: '>=',
      threshold: 50,
      yes: 'every turn of the event loop computed for long, not just some',
      no: 'most turns of the event loop had little to compute',
    },
    requestsHarmed,
  ],
  tryNext: [
    'compute in worker threads (backend.offloadCpuWork=true)',
    'compute in small pieces, and let others run between them',
  ],
};
