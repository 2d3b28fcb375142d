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
  'a published Service and an Ingress': {
    backend: {
      service: { type: 'NodePort', nodePort: 30_080, annotations: { note: 'x' } },
      ingress: {
        enabled: true,
        className: 'nginx',
        host: 'lab.example.org',
        annotations: { note: 'x' },
        tls: [{ hosts: ['lab.example.org'], secretName: 'lab-tls' }],
      },
    },
  },
  'an HTTPRoute': {
    backend: {
      httpRoute: {
        enabled: true,
        annotations: { note: 'x' },
        parentRefs: [{ name: 'gateway' }],
        hostnames: ['lab.example.org'],
      },
    },
  },
  'what users add to workloads': {
    imageRegistry: 'registry.example.org/mirror',
    priorityClassName: 'important',
    revisionHistoryLimit: 2,
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
    ],
    backend: {
      replicas: 2,
      extraEnv: [{ name: 'NODE', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } }],
      extraVolumes: [{ name: 'extra', emptyDir: {} }],
      extraVolumeMounts: [{ name: 'extra', mountPath: '/extra' }],
      serviceAccount: { create: true, annotations: { note: 'x' } },
      podDisruptionBudget: { maxUnavailable: 2 },
    },
    monitoring: {
      mode: 'operator',
      relabelings: [{ targetLabel: 'team', replacement: 'payments' }],
      metricRelabelings: [{ action: 'labeldrop', regex: 'pod_template_hash' }],
    },
  },
  'all optional parts off': { networkPolicies: { enabled: false }, faults: { enabled: false } },
  'all defences': {
    backend: { defences: { downstreamTimeoutMs: 250, breakerFailures: 5, streamInsteadOfRetain: true } },
  },
};
