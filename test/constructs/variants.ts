import type { LabPropsInput } from '../../constructs';

/** Every mode of the system; unmentioned settings keep their defaults. */
export const VARIANTS: Record<string, LabPropsInput> = {
  defaults: {},
  'two replicas': { backend: { replicas: 2 }, downstream: { replicas: 2 } },
  'autoscaling and an operator': { autoscaling: { enabled: true }, monitoring: { mode: 'operator' } },
  'placement, labels and an existing Secret': {
    commonLabels: { team: 'payments' },
    commonAnnotations: { note: 'x' },
    podAnnotations: { note: 'x' },
    imageRegistry: 'registry.example.org:5000/lab',
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { disktype: 'ssd' },
    tolerations: [{ key: 'lab', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: {} } },
        ],
      },
    },
    postgres: { existingSecret: 'mine' },
    monitoring: { mode: 'operator', serviceMonitorLabels: { release: 'prometheus' } },
  },
  'bundled monitoring': { monitoring: { mode: 'bundled' } },
  'bundled monitoring in the same namespace': { monitoring: { mode: 'bundled', namespace: 'load-testing' } },
  'a pooler': { postgres: { pooler: { enabled: true } } },
  'all optional parts off': { networkPolicies: { enabled: false }, faults: { enabled: false } },
  'all defences': {
    backend: { defences: { downstreamTimeoutMs: 250, breakerFailures: 5, streamInsteadOfRetain: true } },
  },
};
