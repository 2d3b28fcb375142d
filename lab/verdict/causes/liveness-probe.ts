import type { Cause } from '../cause';

/** A feedback loop: a reaction to slowness makes the slowness worse. */
export const livenessProbe: Cause = {
  name: 'liveness probe',
  lesson: 'noisy-probe',
  mechanism:
    'the pod was slow but still answered. Its liveness probe mistook slow for dead and killed it, with every request in it. After the restart, the same users hit the same pod, and it was killed again.',
  includes: ['cpu limit', 'event-loop block', 'crash', 'crash loop', 'replica down'],
  endsProcesses: true,
  signs: [
    {
      signal: 'liveness_kills',
      is: '>=',
      threshold: 1,
      yes: 'the kubelet killed the container because its liveness probe failed',
      no: 'no container was killed because its liveness probe failed',
    },
    {
      signal: 'served_before_liveness_kill',
      is: '>=',
      threshold: 0.9,
      yes: 'until then it answered nearly every request',
      no: 'requests failed before it was killed',
    },
    {
      signal: 'own_exits',
      is: '<',
      threshold: 1,
      yes: 'it never exited on its own',
      no: 'containers also exited on their own',
    },
  ],
  tryNext: [
    {
      says: 'make the liveness probe outlast any temporary slowness',
      set: { 'backend.livenessProbe.timeoutSeconds': 10 },
    },
    { says: 'keep the probe from queueing behind the work', set: { 'backend.offloadCpuWork': true } },
    { says: 'rely on readiness instead: it takes a slow pod out of the traffic and puts it back later' },
  ],
};
