import type { Window } from '../../model/experiment';
import { type Cause, SUSTAINED } from './sign';

/** Both windows begin after the load has settled. A trigger falls between them. */
const EARLY: Window = [0.04, 0.18];
const LATE: Window = [0.7, 1];

/** Feedback loops: a reaction to slowness makes the slowness worse. */
export const livenessProbe: Cause = {
  name: 'liveness probe',
  lesson: 'noisy-probe',
  mechanism:
    'the pod was slow but still answered. Its liveness probe mistook slow for dead and killed it, with every request in it. After the restart, the same users hit the same pod, and it was killed again.',
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
    {
      signal: 'error_share',
      is: '>=',
      threshold: 0.05,
      yes: 'requests failed when it was killed',
      no: 'hardly any request failed',
    },
  ],
  includes: ['cpu limit', 'event-loop block'],
  tryNext: [
    'make the liveness probe outlast any temporary slowness (backend.livenessProbe.timeoutSeconds=10)',
    'rely on readiness instead: it takes a slow pod out of the traffic and puts it back later',
    'keep the probe from queueing behind the work (backend.offloadCpuWork=true)',
  ],
};

export const retryStorm: Cause = {
  name: 'retry storm',
  lesson: 'retry-storm',
  mechanism:
    'a brief spike caused timeouts. Clients retried, and the retries alone exceeded capacity, so the outage outlived the spike. Users now want no more than before the spike, but the system works for clients that have left.',
  signs: [
    {
      signal: 'requests_per_iteration',
      during: LATE,
      relativeTo: { signal: 'requests_per_iteration', during: EARLY },
      is: '>=',
      threshold: 1.5,
      yes: 'clients sent more requests per iteration than at the beginning',
      no: 'clients did not retry',
    },
    {
      signal: 'goodput_share',
      during: LATE,
      is: '<',
      threshold: 0.5,
      yes: 'most of the load was not served at the end',
      no: 'most of the load was served at the end',
    },
    {
      signal: 'offered_rate',
      during: LATE,
      relativeTo: { signal: 'goodput', ...SUSTAINED },
      is: '<',
      threshold: 1.2,
      yes: 'users wanted no more at the end than had been served before',
      no: 'users wanted more at the end than was ever served',
    },
  ],
  includes: ['cpu limit', 'event-loop block', 'slow dependency', 'connection pool'],
  tryNext: [
    'set a retry budget: at most a tenth of the requests that a client sends may be retries',
    'refuse requests that cannot be answered in time: backend.defences.admissionLimit=20',
    'add capacity for all attempts at once: backend.cpuLimitMillicores=1000',
  ],
};
