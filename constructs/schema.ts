import { z } from 'zod';
import { SETTINGS as DOWNSTREAM } from '../downstream/settings';
import { DEFENCES, SETTINGS as BACKEND } from '../service/settings';
import {
  flag,
  group,
  image,
  int,
  map,
  plain,
  port,
  replicas,
  resources,
  settings,
  SMALL,
  structures,
  text,
} from './setting';
import { published, workload } from './workload-schema';

const second = (preset: number, why: string) => int(preset, 1, 300, why);
const failures = (preset: number, why: string) => int(preset, 1, 100, why);

const PROBES = {
  readinessProbe: group('Decides when a pod gets no traffic.', {
    periodSeconds: second(
      2,
      'Seconds between attempts. Short, because being unready is cheap and temporary.',
    ),
    timeoutSeconds: second(1, 'Seconds that one attempt may take. One is the Kubernetes default.'),
    failureThreshold: failures(
      3,
      'Failures in a row that make the pod unready. Three is the Kubernetes default.',
    ),
  }),
  livenessProbe: group('Decides when a pod is killed and restarted: a last resort that loses the queue.', {
    periodSeconds: second(5, 'Seconds between attempts. Less frequent than readiness.'),
    timeoutSeconds: second(
      2,
      'Seconds that one attempt may take. More than for readiness: a throttled process answers late but is alive.',
    ),
    failureThreshold: failures(
      6,
      'Failures in a row that restart the container. Half a minute in all, longer than any burst that passes by itself.',
    ),
  }),
};

const TAGGED = "Tagged with the project's version, so that no node serves another build from its cache.";

const defences = group(
  'Countermeasures. Each is off until an arm turns it on, so that a baseline shows the bare failure.',
  settings(DEFENCES),
);

const backend = group('The system under test.', {
  image: image({ repository: 'backend-under-load/backend', tag: '0.1.0' }, TAGGED),
  replicas: replicas('One, so that no other pod hides a failure. A second one is a defence to try.'),
  port: port(8000, 'The port that load scripts and dashboards of this lab expect.'),
  ...resources([250, 500], [256, 512], SMALL),
  ...settings(BACKEND),
  ...PROBES,
  defences,
  ...workload,
  ...published,
});

const downstream = group('The dependency: slow, bounded in concurrency, and even slower when crowded.', {
  image: image({ repository: 'backend-under-load/downstream', tag: '0.1.0' }, TAGGED),
  replicas: replicas('One, because the cascade lesson is about its limit.'),
  port: port(8080, 'The customary second HTTP port.'),
  ...resources([100, 250], [64, 128], 'It mostly waits.'),
  ...PROBES,
  ...settings(DOWNSTREAM),
  ...workload,
});

const pooler = group('PgBouncer, a connection pooler between the backend and the database.', {
  enabled: flag(false, 'When on, the backend connects to the pooler, and the pooler to the database.'),
  image: image(
    { repository: 'backend-under-load/pgbouncer', tag: '0.1.0' },
    'An image that takes DB_HOST, DB_PORT, DB_NAME, DB_USER, DB_PASSWORD, POOL_MODE, DEFAULT_POOL_SIZE, MAX_CLIENT_CONN, LISTEN_PORT and AUTH_TYPE, as common PgBouncer images do.',
  ),
  port: port(6432, "PgBouncer's default port."),
  ...resources([50, 250], [32, 64], 'It only passes bytes on, in one thread.'),
  poolSize: int(
    7,
    1,
    1000,
    'Connections to the database: all that it has for ordinary roles, max_connections (10) minus 3. A client borrows one for each transaction.',
  ),
  maxClients: int(
    1000,
    10,
    100_000,
    'Client connections, which cost little here. Enough for many pods with large pools.',
  ),
});

const postgres = group('The database.', {
  image: image(
    { repository: 'postgres', tag: '15' },
    'The same major version as that of the embedded server of the local engine.',
  ),
  port: port(5432, "PostgreSQL's default port."),
  maxConnections: int(
    10,
    5,
    1000,
    'Deliberately small, so that two pods with a pool of 5 exhaust it. 3 connections are reserved for superusers.',
  ),
  ...resources([250, 500], [256, 512], SMALL),
  storageMebibytes: int(
    1024,
    256,
    1_048_576,
    'Size of the volume. The table and its write-ahead log need about 100 MiB.',
  ),
  database: text('lab', 'identifier', 'Name of the database, created on the first start.'),
  user: text(
    'lab',
    'identifier',
    'An ordinary role. A superuser would get the reserved connections and never see the others exhausted.',
  ),
  password: text(
    'lab-only-password',
    'password',
    'Password of the ordinary role. Not a secret: it guards a throw-away database that only the backend can reach.',
  ),
  adminPassword: text(
    'lab-admin-password',
    'password',
    'Password of the superuser postgres, which only initializes the database.',
  ),
  existingSecret: text(
    '',
    'optionalName',
    'Name of your own Secret with the keys username, password and admin-password, which replaces the settings user, password and adminPassword. Empty, so that a lab needs no preparation.',
  ),
  sharedBuffersMebibytes: int(
    32,
    1,
    65_536,
    'Page cache of the server. A quarter of the default 128 MB, because it counts against the memory limit.',
  ),
  rows: int(
    1000,
    1,
    1_000_000,
    'Rows of the table orders, which /api/order reads. Few enough to stay in the page cache.',
  ),
  pooler,
});

const autoscaling = group('HorizontalPodAutoscaler of the backend.', {
  enabled: flag(false, 'Off, so that a run has a fixed number of pods unless it is about scaling.'),
  minReplicas: int(1, 1, 50, 'Pods kept without load. The same default as backend.replicas.'),
  maxReplicas: int(5, 1, 50, 'Limits what a runaway load may cost.'),
  targetCpuPercent: int(
    70,
    1,
    1000,
    'Target CPU use, as a share of the CPU *request*. The rest is room for bursts while new pods start.',
  ),
});

const everyObject = {
  commonLabels: map(
    'labelValue',
    'Labels of every object and pod in addition to those of the lab, e.g. for cost accounting. Never part of a selector.',
  ),
  commonAnnotations: map('annotationValue', 'Annotations of every object, but not of pods.'),
};

const load = group(
  'The pods that send the load of `lab run --engine kubernetes`. They are no part of the system, so manifests and chart do not hold them.',
  {
    generator: group('k6.', {
      image: image(
        { repository: 'grafana/k6', tag: '1.8.1' },
        'The version that the embedded load generator is compared with.',
      ),
      ...resources(
        [100, 1000],
        [128, 512],
        'Several times what the loads of the experiments need, because a throttled generator would make the system look slow. Such a run is inconclusive.',
      ),
      starterImage: image(
        { repository: '', tag: '' },
        'With it, the k6 operator starts several generators (--parallelism). Without a repository, it takes the one of its own release, which imageRegistry does not change.',
      ),
    }),
    collector: group('Sums the samples of the generators, so that the lab reads one line per second.', {
      image: image(
        { repository: 'backend-under-load/lab', tag: '0.1.0' },
        "Tagged with the project's version, because the lab and its collector must agree.",
      ),
      ...resources([50, 500], [64, 256], 'It adds numbers.'),
    }),
  },
);

const everyPod = {
  imageRegistry: text(
    '',
    'registry',
    "Registry for every image, those of the load included, instead of each image's own. Empty, so that nodes ask their own default. In the chart, it is global.imageRegistry.",
  ),
  priorityClassName: text(
    '',
    'optionalName',
    'PriorityClass of every pod, except for those of the k6 operator (--parallelism), which does not know it. Empty: that of the cluster.',
  ),
  topologySpreadConstraints: structures(
    'How pods of one app are spread, written as in a pod. The default is none: the lab then prefers different nodes.',
  ),
  revisionHistoryLimit: int(
    10,
    0,
    100,
    'Old versions of a workload that are kept for a rollback. Ten is the Kubernetes default.',
  ),
  podAnnotations: map('annotationValue', 'Annotations of every pod in addition to those for scraping.'),
  imagePullSecrets: z
    .array(z.strictObject({ name: plain('objectName') }))
    .default([])
    .describe(
      'Secrets for pulling images, written as in a pod: [{name: …}]. The default is none, because the images are built locally.',
    ),
  nodeSelector: map('labelValue', 'Labels that a node must have to run a pod. None, so any node will do.'),
  tolerations: z
    .array(
      z.strictObject({
        key: plain('labelKey').optional(),
        operator: z.enum(['Exists', 'Equal']).optional(),
        value: plain('labelValue').optional(),
        effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
        tolerationSeconds: z.int().min(0).max(86_400).optional(),
      }),
    )
    .default([])
    .describe('Taints that the pods tolerate, written as in a pod. The default is none.'),
  affinity: z
    .partialRecord(
      z.enum(['nodeAffinity', 'podAffinity', 'podAntiAffinity']),
      z.record(z.string(), z.unknown()),
    )
    .default({})
    .describe(
      'Nodes and neighbours that a pod prefers or needs, written as in a pod. The default is none: one node is enough.',
    ),
};

/** Every setting of the lab, with default, range and reason. The only place where a default is written. */
export const labPropsSchema = z.strictObject({
  namespace: text(
    'load-testing',
    'dnsLabel',
    'Namespace of the system, with nothing else in it, so that one deletion removes everything.',
  ),
  ...everyObject,
  ...everyPod,
  backend,
  downstream,
  postgres,
  autoscaling,
  load,
  networkPolicies: group('Which pods may talk to each other.', {
    enabled: flag(
      true,
      'When on, the database and the dependency are reachable only from where a lesson needs them.',
    ),
  }),
  monitoring: group('How metrics are collected, in addition to the scrape annotations that every pod has.', {
    mode: z
      .enum(['none', 'operator', 'bundled'])
      .default('none')
      .describe(
        "operator = ServiceMonitors, alert rules and dashboards for the monitoring that the cluster has. They need the Prometheus operator's CRDs; without them, applying the manifests fails. bundled = a small Prometheus and Grafana that come with the lab. The default is none, so that any cluster accepts the manifests.",
      ),
    scrapeIntervalSeconds: int(
      15,
      1,
      30,
      'Four samples a minute, so that rate() over one minute survives a missed sample. Beyond 30 s, rate() would have nothing to compute from.',
    ),
    serviceMonitorLabels: map(
      'labelValue',
      'Labels of each ServiceMonitor and PrometheusRule. A Prometheus of the operator often selects by a label such as release.',
    ),
    relabelings: structures(
      'Relabelings of targets in each ServiceMonitor, written as there. The default is none.',
    ),
    metricRelabelings: structures(
      'Relabelings of samples in each ServiceMonitor, written as there. The default is none.',
    ),
    runbookUrl: text(
      '',
      'optionalUrl',
      'Where your copy of this repository can be read, e.g. https://git.example.com/backend-under-load/blob/main/. With it, each alert has the annotation runbook_url. Empty: the annotation runbook holds the path within the repository.',
    ),
    namespace: text(
      'monitoring',
      'dnsLabel',
      "Namespace of the bundled Prometheus and Grafana. Not the lab's own, so that monitoring takes nothing from the system and outlives it.",
    ),
    prometheusImage: image(
      { repository: 'prom/prometheus', tag: 'v2.42.0' },
      'The version that the queries are tested with.',
    ),
    grafanaImage: image(
      { repository: 'grafana/grafana', tag: '11.6.0' },
      'The version that the dashboards are written for.',
    ),
    kubeStateMetricsImage: image(
      {
        registry: 'registry.k8s.io',
        repository: 'kube-state-metrics/kube-state-metrics',
        tag: 'v2.15.0',
      },
      'Reports restarts and limits. The version that the queries are tested with.',
    ),
    grafanaSecret: text(
      'grafana-admin',
      'objectName',
      'Name of your own Secret with the key admin-password, in the namespace of Grafana. There is no default password.',
    ),
  }),
  faults: group('The failing routes.', {
    enabled: flag(
      true,
      'If false, every failing route makes the same calls at a negligible cost. This is the control run, in which nothing may fail.',
    ),
  }),
});

/** All settings, complete and valid. */
export type LabProps = z.output<typeof labPropsSchema>;
/** What users write: any part of the settings. */
export type LabPropsInput = z.input<typeof labPropsSchema>;
