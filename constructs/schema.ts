import { z } from 'zod';
import { SETTINGS as DOWNSTREAM } from '../downstream/settings';
import { DEFENCES, SETTINGS as BACKEND } from '../service/settings';
import { flag, group, int, map, port, replicas, resources, settings, SMALL, text, TEXTS } from './setting';

const second = (preset: number, why: string) => int(preset, 1, 300, why);
const failures = (preset: number, why: string) => int(preset, 1, 100, why);

const PROBES = {
  readinessProbe: group('When a pod gets no traffic.', {
    periodSeconds: second(2, 'Quick, because being unready is cheap and passes by itself.'),
    timeoutSeconds: second(1, "A second is Kubernetes' default."),
    failureThreshold: failures(3, "Kubernetes' default: three in a row."),
  }),
  livenessProbe: group('When a pod is killed and started again: the last resort, for it loses the queue.', {
    periodSeconds: second(5, 'Seconds between attempts: slower than readiness.'),
    timeoutSeconds: second(2, 'More patient than readiness: a throttled process answers late, and is alive.'),
    failureThreshold: failures(6, 'Half a minute: beyond any burst that passes by itself.'),
  }),
};

const defences = group(
  'Counter-measures, each off until an arm turns it on, so that a baseline shows the bare failure.',
  settings(DEFENCES),
);

const backend = group('The system under test.', {
  image: text(
    'backend-under-load/backend:0.1.0',
    'image',
    "Tagged with the project's version, so that no node serves another build from its cache.",
  ),
  replicas: replicas(
    'One, so that a failure is not hidden by its neighbours; a second one is a defence to try.',
  ),
  port: port(8000, 'The port that load scripts and dashboards of this lab expect.'),
  ...resources([250, 500], [256, 512], SMALL),
  ...settings(BACKEND),
  ...PROBES,
  defences,
});

const downstream = group('The dependency: slow, bounded in concurrency, and slower still when crowded.', {
  image: text(
    'backend-under-load/downstream:0.1.0',
    'image',
    "Tagged with the project's version, so that no node serves another build from its cache.",
  ),
  replicas: replicas('One: its limit is what the cascade lesson is about.'),
  port: port(8080, 'The customary second HTTP port.'),
  ...resources([100, 250], [64, 128], 'It mostly waits.'),
  ...PROBES,
  ...settings(DOWNSTREAM),
});

const pooler = group('A connection pooler, PgBouncer, between the backend and the database.', {
  enabled: flag(false, 'Off: with it the backend connects to the pooler, and the pooler to the database.'),
  image: text(
    'backend-under-load/pgbouncer:0.1.0',
    'image',
    'Takes DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, POOL_MODE, DEFAULT_POOL_SIZE, MAX_CLIENT_CONN, LISTEN_PORT and AUTH_TYPE, as common images of it do.',
  ),
  port: port(6432, "PgBouncer's own."),
  ...resources([50, 250], [32, 64], 'It passes bytes on, in one thread.'),
  poolSize: int(
    7,
    1,
    1000,
    'Connections to the database: all that it has for ordinary roles, max_connections (10) less 3. They are lent for a transaction.',
  ),
  maxClients: int(
    1000,
    10,
    100_000,
    'Connections of clients, which cost little here: enough for many pods with large pools.',
  ),
});

const postgres = group('The database.', {
  image: text(
    'postgres:15',
    'image',
    'The major version that the embedded server of the local engine has as well.',
  ),
  port: port(5432, "PostgreSQL's own."),
  maxConnections: int(
    10,
    5,
    1000,
    'Deliberately small, so that two pods with a pool of 5 exhaust it; 3 of them are reserved for superusers.',
  ),
  ...resources([250, 500], [256, 512], SMALL),
  storageMebibytes: int(
    1024,
    256,
    1_048_576,
    'Size of the volume; the table and its write-ahead log need about 100 MiB.',
  ),
  database: text('lab', 'identifier', 'Created on the first start.'),
  user: text(
    'lab',
    'identifier',
    'An ordinary role: a superuser would be served from the reserved connections and never see the pool exhausted.',
  ),
  password: text(
    'lab-only-password',
    'password',
    'Of the ordinary role. Not a secret: it guards a throw-away database that only the backend can reach.',
  ),
  adminPassword: text(
    'lab-admin-password',
    'password',
    'Of the superuser postgres, which only initializes the database.',
  ),
  existingSecret: text(
    '',
    'optionalName',
    'A Secret of yours with the keys username, password and admin-password, instead of the three settings above; empty, so that a lab needs no preparation.',
  ),
  sharedBuffersMebibytes: int(
    32,
    1,
    65_536,
    'Page cache of the server: a quarter of the default 128 MB, for it counts against the memory limit.',
  ),
  rows: int(
    1000,
    1,
    1_000_000,
    'Rows of the table orders that /api/order reads: small enough to stay in the page cache.',
  ),
  pooler,
});

const autoscaling = group('HorizontalPodAutoscaler of the backend.', {
  enabled: flag(false, 'Off, so that a run has a fixed number of pods unless it is about scaling.'),
  minReplicas: int(1, 1, 50, 'Pods kept without load; the same as backend.replicas by default.'),
  maxReplicas: int(5, 1, 50, 'Bound on what a runaway load may cost.'),
  targetCpuPercent: int(
    70,
    1,
    1000,
    'CPU use that it aims for, as a share of the CPU *request*; the rest is room to burst while new pods start.',
  ),
});

const everyObject = {
  commonLabels: map(
    'labelValue',
    'Labels of every object and pod beside those of the lab, e.g. for cost accounting; never part of a selector.',
  ),
  commonAnnotations: map('annotationValue', 'Annotations of every object, not of pods.'),
};

const everyPod = {
  podAnnotations: map('annotationValue', 'Annotations of every pod beside those for scraping.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: z.string().regex(TEXTS.objectName.pattern) }))
    .default([])
    .describe(
      'Secrets for pulling images, as in a pod: [{name: …}]; none, for the images are built locally.',
    ),
  nodeSelector: map('labelValue', 'Labels that a node must have to run a pod; none, so that any node does.'),
  tolerations: z
    .array(
      z.strictObject({
        key: z.string().regex(TEXTS.labelKey.pattern).optional(),
        operator: z.enum(['Exists', 'Equal']).optional(),
        value: z.string().regex(TEXTS.labelValue.pattern).optional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
        tolerationSeconds: z.int().min(0).max(86_400).optional(),
      }),
    )
    .default([])
    .describe('Taints that a pod puts up with, as in a pod; none.'),
  affinity: z
    .partialRecord(
      z.enum(['nodeAffinity', 'podAffinity', 'podAntiAffinity']),
      z.record(z.string(), z.unknown()),
    )
    .default({})
    .describe('Which nodes and neighbours a pod prefers or needs, as in a pod; none: one node is enough.'),
};

/** Every setting of the lab, with default, range and reason. The only place where a default is written. */
export const labPropsSchema = z.strictObject({
  namespace: text('load-testing', 'dnsLabel', 'Its own namespace, so that one deletion removes everything.'),
  ...everyObject,
  ...everyPod,
  backend,
  downstream,
  postgres,
  autoscaling,
  networkPolicies: group('Who may talk to whom.', {
    enabled: flag(
      true,
      'On: the database and the dependency are reachable only from where the lesson needs it.',
    ),
  }),
  monitoring: group('How metrics are collected, beyond the scrape annotations that every pod has.', {
    mode: z
      .enum(['none', 'operator', 'bundled'])
      .default('none')
      .describe(
        "operator = ServiceMonitors, alert rules and dashboards for what the cluster has, by the Prometheus operator's CRDs, without which an apply would fail; bundled = a small Prometheus and Grafana of its own; none, so that any cluster accepts it.",
      ),
    scrapeIntervalSeconds: int(
      15,
      1,
      30,
      'Four samples a minute, so that rate() over one minute survives a missed one; over 30 s it would have none.',
    ),
    serviceMonitorLabels: map(
      'labelValue',
      'Labels of each ServiceMonitor and PrometheusRule: a Prometheus of the operator often selects by one, such as release.',
    ),
    namespace: text(
      'monitoring',
      'dnsLabel',
      'Of the bundled Prometheus and Grafana: not the lab’s own, so that watching takes nothing from what is watched, and outlives it.',
    ),
    prometheusImage: text(
      'prom/prometheus:v2.42.0',
      'image',
      'The version that the queries are tested with.',
    ),
    grafanaImage: text('grafana/grafana:11.6.0', 'image', 'The version that the dashboards are written for.'),
    kubeStateMetricsImage: text(
      'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0',
      'image',
      'Tells restarts and limits; the version that the queries are tested with.',
    ),
    grafanaSecret: text(
      'grafana-admin',
      'objectName',
      'A Secret of yours in the namespace of Grafana with the key admin-password; there is no default password.',
    ),
  }),
  faults: group('The failing routes.', {
    enabled: flag(
      true,
      'false = every failing route makes the same calls at a negligible cost: the control run, in which nothing may fail.',
    ),
  }),
});

/** All settings, complete and valid. */
export type LabProps = z.output<typeof labPropsSchema>;
/** What a person writes: any part of the settings. */
export type LabPropsInput = z.input<typeof labPropsSchema>;
