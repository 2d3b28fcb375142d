import type { Experiment } from '../../lab/model/experiment';

const CROWDED: [number, number] = [0.35, 1];

export const experiment: Experiment = {
  title: 'A liveness probe kills a slow but healthy pod, again and again',
  seconds: { full: 5 * 60, compressed: 36 },
  roles: {
    aggressor: { scenario: 'users', label: 'the users, each waiting for an answer before asking again' },
    victim: { scenario: 'victim', label: 'the fast route of the same process' },
  },
  props: {
    backend: {
      // Work on the event loop makes a probe wait its turn; one second and three attempts are Kubernetes' defaults.
      offloadCpuWork: false,
      livenessProbe: { periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 },
    },
  },
  // With the work switched off the same users need less than half of it.
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
          because: 'a pod that nobody kills answers all the while, slowly',
        },
      ],
    },
    'readiness-only': {
      title: 'readiness as it was; a liveness probe that gives up only after hours',
      props: {
        backend: { livenessProbe: { periodSeconds: 300, timeoutSeconds: 300, failureThreshold: 100 } },
      },
      expects: [
        {
          role: 'aggressor',
          goodput: 'helps',
          because: 'it is taken out of the traffic now and then, and never killed',
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
          because: 'neither the fast route nor the probe stands in line behind computations',
        },
      ],
    },
  },
  alsoRun: ['patient-probe'],
  claims: [
    {
      id: 'fine-with-few',
      says: 'with five users all is well',
      because: 'five users wait 160 ms for each other; one failure in a hundred would be a broken system',
      signal: 'error_share',
      role: 'aggressor',
      during: [0, 0.12],
      is: '<',
      threshold: 0.01,
    },
    {
      id: 'throttled',
      says: 'while it runs it is throttled: all that it gets is used',
      because:
        'a pod that waits for something else uses no CPU; two seconds in a row leave out those that it was dead',
      signal: 'cpu_throttled_share',
      take: 'max',
      stepSeconds: 2,
      during: CROWDED,
      is: '>=',
      threshold: 0.8,
    },
    {
      id: 'makes-progress',
      says: 'and it is healthy: before the first kill it answers at full speed, and every request',
      because: 'half a core is worth 31 requests a second of 16 ms; 18 leaves room for a slow core',
      signal: 'goodput',
      role: 'aggressor',
      take: 'max',
      stepSeconds: 3,
      is: '>=',
      threshold: 18,
    },
    {
      id: 'killed-by-probe',
      says: 'the liveness probe has it killed, twice at least',
      because: 'once might be chance; twice is a loop',
      signal: 'liveness_kills',
      is: '>=',
      threshold: 2,
    },
    {
      id: 'killed-by-nothing-else',
      says: 'it never ends by itself: no crash, no OOM kill',
      because:
        'every end was asked for by the kubelet, whatever the exit code (0 if it ended in time, 143 or 137 if not)',
      signal: 'own_exits',
      is: '<',
      threshold: 1,
    },
    {
      id: 'memory-far-from-limit',
      says: 'memory has nothing to do with it',
      because: 'half of the limit is far from an OOM kill',
      signal: 'memory_limit_share',
      take: 'max',
      is: '<',
      threshold: 0.5,
    },
    {
      id: 'requests-lost',
      says: 'what waited at a kill is lost, and what comes before the restart is refused',
      because: 'a twentieth is beyond any error budget',
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
        'a killed process answers nothing; nine in ten leaves room for a request that met a half-started one',
      signal: 'abrupt_share',
      role: 'aggressor',
      during: CROWDED,
      is: '>=',
      threshold: 0.9,
    },
    {
      id: 'worse-than-patient',
      says: 'with patient probes the same system under the same users answers half as much again, or more',
      because: 'the pod was never broken: every second it was dead is a second of work lost',
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
      says: 'slowly, but every request',
      because: 'nothing in it runs out; one failure in a hundred would be something else',
      signal: 'error_share',
      arm: 'patient-probe',
      is: '<',
      threshold: 0.01,
    },
    {
      id: 'patient-lives',
      says: 'and without a restart',
      because: 'a probe of ten seconds waits for two turns of the event loop, some two seconds',
      signal: 'restarts',
      arm: 'patient-probe',
      is: '<',
      threshold: 1,
    },
  ],
};
