import type { Window } from '../../model/experiment';
import { type Cause, SUSTAINED } from './sign';

/** Both begin after the load has settled; a trigger lies between them. */
const EARLY: Window = [0.04, 0.18];
const LATE: Window = [0.7, 1];

/** Something reacts to slowness in a way that makes it worse. */
export const livenessProbe: Cause = {
  name: 'liveness probe',
  lesson: 'noisy-probe',
  mechanism:
    'the pod was slow, and answered; its liveness probe took slow for dead and had it killed, with every request in it. After the restart the same users met the same pod, and it was killed again.',
  signs: [
    {
      signal: 'liveness_kills',
      is: '>=',
      threshold: 1,
      yes: 'the kubelet killed the container because its liveness probe failed',
      no: 'no liveness probe had a container killed',
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
      yes: 'it never ended by itself',
      no: 'containers ended by themselves, too',
    },
    {
      signal: 'error_share',
      is: '>=',
      threshold: 0.05,
      yes: 'requests failed with it',
      no: 'hardly any request failed',
    },
  ],
  includes: ['cpu limit', 'event-loop block'],
  tryNext: [
    'a liveness probe that is more patient than any slowness that passes (backend.livenessProbe.timeoutSeconds=10)',
    'readiness instead: it takes a slow pod out of the traffic, and gives it back',
    'let the probe not stand in line (backend.offloadCpuWork=true)',
  ],
};

export const retryStorm: Cause = {
  name: 'retry storm',
  lesson: 'retry-storm',
  mechanism:
    'something short made requests time out; clients asked again, and the repetitions alone were more than can be served. The trigger is gone, the load that users make is what it was, and the system works for clients that have left.',
  signs: [
    {
      signal: 'requests_per_iteration',
      during: LATE,
      relativeTo: { signal: 'requests_per_iteration', during: EARLY },
      is: '>=',
      threshold: 1.5,
      yes: 'for each request that is wanted more were sent than at the beginning',
      no: 'requests were not repeated',
    },
    {
      signal: 'goodput_share',
      during: LATE,
      is: '<',
      threshold: 0.5,
      yes: 'most of the load was not served in the end',
      no: 'most of the load was served in the end',
    },
    {
      signal: 'offered_rate',
      during: LATE,
      relativeTo: { signal: 'goodput', ...SUSTAINED },
      is: '<',
      threshold: 1.2,
      yes: 'what users wanted in the end had been served well before',
      no: 'more was wanted in the end than was ever served',
    },
  ],
  includes: ['cpu limit', 'event-loop block', 'slow dependency', 'connection pool'],
  tryNext: [
    'a retry budget: a tenth of what a client sends may be retries',
    'refuse what cannot be answered in time: backend.defences.admissionLimit=20',
    'room for all attempts at once: backend.cpuLimitMillicores=1000',
  ],
};
