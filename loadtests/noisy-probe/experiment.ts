import type { Experiment } from '../../lab/model/experiment';

const CROWDED: [number, number] = [0.35, 1];

export const experiment: Experiment = {
  title: 'A liveness probe kills a slow but healthy pod, again and again',
  seconds: { full: 5 * 60, compressed: 36 },
  roles: {
    aggressor: { scenario: 'users', label: 'the users, who each wait for an answer before they ask again' },
    victim: { scenario: 'victim', label: 'the fast route of the same process' },
  },
  props: {
    backend: {
      // Work on the event loop makes a probe wait. One second and three attempts are the Kubernetes defaults.
      offloadCpuWork: false,
      livenessProbe: { periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 },
    },
  },
  // With the work switched off, the same users need less than half of this.
  pressure: { signal: 'cpu_usage', take: 'max', stepSeconds: 2, is: '>=', threshold: 0.35 },
  arms: {
    'patient-probe': {
      title: 'probes that wait ten seconds',
      props: {
        backend: {
          livenessProbe: { periodSeconds: 10, timeoutSeconds: 10 },
          readinessProbe: { periodSeconds: 10, timeoutSeconds: 10 },
        },
      },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'a pod that is not killed keeps answering, if slowly',
        },
      ],
    },
    'readiness-only': {
      title: 'the same readiness probe, and a liveness probe that fails only after hours',
      props: {
        backend: { livenessProbe: { periodSeconds: 300, timeoutSeconds: 300, failureThreshold: 100 } },
      },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'the pod is taken out of the traffic now and then but never killed',
        },
      ],
    },
    'off-the-event-loop': {
      title: 'the same work in worker threads',
      props: { backend: { offloadCpuWork: true } },
      expects: [
        {
          role: 'victim',
          goodput: 'helps',
          because: 'neither the fast route nor the probe queues behind computations',
        },
      ],
    },
  },
  alsoRun: ['patient-probe'],
  claims: [
    {
      id: 'fine-with-few',
      says: 'with five users, all is well',
      because: 'five users make each other wait 160 ms; one failure in a hundred would mean a broken system',
      signal: 'error_share',
      role: 'aggressor',
      during: [0, 0.12],
      is: '<',
      threshold: 0.01,
    },
    {
      id: 'throttled',
      says: 'while the pod runs, it is throttled: it uses all the CPU that it gets',
      because:
        'a pod that waits for something else uses no CPU; windows of two seconds leave out the time when it was dead',
      signal: 'cpu_throttled_share',
      take: 'max',
      stepSeconds: 2,
      during: CROWDED,
      is: '>=',
      threshold: 0.8,
    },
    {
      id: 'makes-progress',
      says: 'the pod is healthy: before the first kill it answers every request at full speed',
      because: 'half a core serves 31 requests of 16 ms a second; 18 leaves room for a slow core',
      signal: 'goodput',
      role: 'aggressor',
      take: 'max',
      stepSeconds: 3,
      is: '>=',
      threshold: 18,
    },
    {
      id: 'killed-by-probe',
      says: 'the liveness probe kills the pod at least twice',
      because: 'once might be chance; twice is a loop',
      signal: 'liveness_kills',
      is: '>=',
      threshold: 2,
    },
    {
      id: 'killed-by-nothing-else',
      says: 'the pod never exits on its own: no crash, no OOM kill',
      because:
        'the kubelet asked for every exit, whatever the exit code (0 if the process ended in time, 143 or 137 if not)',
      signal: 'own_exits',
      is: '<',
      threshold: 1,
    },
    {
      id: 'memory-far-from-limit',
      says: 'memory is not the problem',
      because: 'half of the limit is far from an OOM kill',
      signal: 'memory_limit_share',
      take: 'max',
      is: '<',
      threshold: 0.5,
    },
    {
      id: 'requests-lost',
      says: 'each kill loses the waiting requests, and new ones are refused until the restart',
      because: 'a failure rate of a twentieth exceeds any error budget',
      signal: 'error_share',
      role: 'aggressor',
      during: CROWDED,
      is: '>=',
      threshold: 0.05,
    },
    {
      id: 'abrupt',
      says: 'failures are abrupt: resets and refusals, not slow answers',
      because:
        'a killed process answers nothing; nine in ten leaves room for requests that reach a half-started process',
      signal: 'abrupt_share',
      role: 'aggressor',
      during: CROWDED,
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'worse-than-patient',
      says: 'with patient probes, the same system answers at least 1.5 times as many requests of the same users',
      because: 'the pod was never broken, so every second that it was dead is a second of lost work',
      signal: 'goodput',
      role: 'aggressor',
      arm: 'patient-probe',
      during: CROWDED,
      relativeTo: { signal: 'goodput', role: 'aggressor', during: CROWDED },
      is: '>=',
      threshold: 1.5,
    },
    {
      id: 'patient-loses-nothing',
      says: 'with patient probes, every request is answered, if slowly',
      because: 'no resource runs out; one failure in a hundred would have another cause',
      signal: 'error_share',
      arm: 'patient-probe',
      is: '<',
      threshold: 0.01,
    },
    {
      id: 'patient-lives',
      says: 'with patient probes, the pod never restarts',
      because:
        'a probe waits for two turns of the event loop, about two seconds, and a patient probe allows ten',
      signal: 'restarts',
      arm: 'patient-probe',
      is: '<',
      threshold: 1,
    },
  ],
};
