import { z } from 'zod';

/** Fields that are accepted and recorded but not enforced on a local process, and why that is sound. */
const RECORDED_FIELDS = {
  affinity: 'there is one node',
  automountServiceAccountToken: 'there is no API server',
  clusterIP: 'a headless Service is balanced like any other',
  defaultMode: 'files belong to the user of the lab',
  dnsPolicy: 'Service names in env values are replaced by addresses',
  'ephemeral-storage': 'disk use is not limited',
  enableServiceLinks: 'no *_SERVICE_HOST variables are made',
  imagePullPolicy: 'no image is pulled',
  imagePullSecrets: 'no image is pulled',
  immutable: 'manifests do not change during a run',
  internalTrafficPolicy: 'there is one node',
  ipFamilies: 'addresses are IPv4 loopback',
  ipFamilyPolicy: 'addresses are IPv4 loopback',
  minReadySeconds: 'there are no rollouts',
  nodePort: 'a Service has an address of its own on this machine',
  nodeSelector: 'there is one node',
  persistentVolumeClaimRetentionPolicy: 'volumes live as long as the run',
  podManagementPolicy: 'pods start in parallel',
  priorityClassName: 'there is no scheduler',
  preStop: 'a Service forgets a pod at once, so there is nothing to wait for',
  progressDeadlineSeconds: 'there are no rollouts; a start has its own deadline',
  readOnly: 'mount paths are not visible to local processes',
  revisionHistoryLimit: 'there are no rollouts',
  securityContext: 'a local process runs as the user of the lab, without privileges added',
  serviceAccountName: 'there is no API server',
  sizeLimit: 'disk use is not limited',
  strategy: 'there are no rollouts',
  terminationMessagePath: 'the last log lines are kept instead',
  terminationMessagePolicy: 'the last log lines are kept instead',
  tolerations: 'there is one node',
  topologySpreadConstraints: 'there is one node',
  updateStrategy: 'there are no rollouts',
} as const;

/** Kinds that are accepted in the same way as a whole. */
export const RECORDED_KINDS: Record<string, string> = {
  NetworkPolicy: 'all local addresses are loopback; no packet filter is set up',
  PodDisruptionBudget: 'a local run has no voluntary disruptions',
  HTTPRoute: 'there is no gateway; call the Service',
  Ingress: 'there is no ingress controller; call the Service',
  ServiceAccount: 'there is no API server',
  PrometheusRule: 'nothing evaluates alerts locally; your own Prometheus can, from the metrics URL',
  ServiceMonitor: 'the lab scrapes pods by their prometheus.io annotations',
};

/** Schema of fields that are accepted with any value. */
export function recorded<K extends keyof typeof RECORDED_FIELDS>(...fields: K[]) {
  const shape = fields.map((field) => [field, z.unknown().describe(RECORDED_FIELDS[field]).optional()]);
  return Object.fromEntries(shape) as Record<K, z.ZodOptional<z.ZodUnknown>>;
}
