import { synthesize, type KubeObject, type LabPropsInput } from '../../constructs';
import { parseQuantity } from '../../lab/engine/quantity';
import { always } from './always';
import { nested } from './arbitraries';
import { containerOf, environment, find, services, workloads, type Policy, type Service } from './objects';

const names = (objects: KubeObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

describe('any valid settings', () => {
  always('every name is used once per kind, and everything but the namespace is in it', (objects) => {
    expect(new Set(names(objects)).size).toBe(objects.length);
    const isCluster = ({ kind }: KubeObject) => kind === 'Namespace' || kind.startsWith('ClusterRole');
    const made = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
    const used = objects.filter((object) => !isCluster(object)).map(({ metadata }) => metadata.namespace);
    expect(objects.filter(isCluster).filter(({ metadata }) => metadata.namespace)).toEqual([]);
    expect(objects[0]!.kind).toBe('Namespace');
    expect(new Set(used)).toEqual(new Set(made));
  });

  always('nothing is undefined, null or NaN', (objects) => {
    expect(JSON.parse(JSON.stringify(objects))).toStrictEqual(objects);
    // In the text of a dashboard, null is a value.
    const others = objects.filter(({ metadata }) => !metadata.name.startsWith('dashboard-'));
    expect(JSON.stringify(others)).not.toMatch(/null|undefined|NaN/);
  });

  always('requests do not exceed limits, for cpu and memory', (objects) => {
    for (const { spec } of workloads(objects)) {
      const { requests, limits } = spec.template.spec.containers[0]!.resources;
      for (const resource of ['cpu', 'memory'] as const) {
        const [least, most] = [requests, limits].map((quantities) => parseQuantity(quantities[resource])!);
        expect(least).toBeGreaterThan(0);
        expect(least).toBeLessThanOrEqual(most!);
      }
    }
  });

  always('every selector selects the pods of exactly one workload', (objects) => {
    const selects = (labels: Record<string, string>) =>
      workloads(objects).filter(({ spec }) =>
        Object.entries(labels).every(([key, value]) => spec.template.metadata.labels[key] === value),
      );
    for (const workload of workloads(objects))
      expect(selects(workload.spec.selector.matchLabels)).toEqual([workload]);
    for (const { spec, metadata } of services(objects)) {
      expect(selects(spec.selector).map((workload) => workload.metadata.name)).toEqual([metadata.name]);
    }
  });

  always('every Service port and probe refers to a named port of the container', (objects) => {
    for (const { spec, metadata } of services(objects)) {
      const container = containerOf(objects, metadata.name);
      const portNames = container.ports!.map(({ name }) => name);
      for (const { name, port, targetPort } of spec.ports) {
        expect(portNames).toContain(targetPort);
        expect(name).toBe(targetPort);
        expect(container.ports![0]!.containerPort).toBe(port);
      }
      for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
        expect(portNames).toContain((probe!.httpGet ?? probe!.tcpSocket)!.port);
      }
    }
  });

  always(
    'every Secret and ConfigMap that a pod refers to exists and has the key',
    (objects, { postgres, monitoring }) => {
      // Users create these themselves: Grafana has no default password.
      const theirs = [postgres?.existingSecret, monitoring?.grafanaSecret ?? 'grafana-admin'];
      for (const { spec } of workloads(objects)) {
        const pod = spec.template.spec;
        for (const { valueFrom } of pod.containers[0]!.env!) {
          if (!valueFrom?.secretKeyRef) continue;
          const { name, key } = valueFrom.secretKeyRef;
          if (!theirs.includes(name)) expect(find(objects, 'Secret', name!)).toHaveProperty(['data', key]);
        }
        for (const { configMap } of pod.volumes ?? [])
          if (configMap) find(objects, 'ConfigMap', configMap.name!);
      }
    },
  );

  always('environment variables are plain strings, each set once', (objects) => {
    for (const { spec } of workloads(objects)) {
      const variables = spec.template.spec.containers[0]!.env!;
      expect(new Set(variables.map(({ name }) => name)).size).toBe(variables.length);
      for (const { value, valueFrom } of variables)
        expect(typeof value === 'string').toBe(valueFrom === undefined);
    }
  });

  always("the JavaScript heap fits into the memory limit's half", (objects) => {
    for (const app of ['backend', 'downstream']) {
      const container = containerOf(objects, app);
      const heap = Number(/--max-old-space-size=(\d+)/.exec(environment(container).NODE_OPTIONS!)![1]);
      expect(heap).toBeGreaterThan(0);
      expect(heap * 2 * 2 ** 20).toBeLessThanOrEqual(parseQuantity(container.resources.limits.memory)!);
    }
  });

  always('the same settings give the same bytes', (objects, input) => {
    expect(JSON.stringify(synthesize(structuredClone(input)))).toBe(JSON.stringify(objects));
  });
});

describe('pods', () => {
  /** The user ids of the images. */
  const USERS: Record<string, number> = {
    postgres: 999,
    prometheus: 65_534,
    'kube-state-metrics': 65_534,
    grafana: 472,
  };

  // policies/ holds the rules that every pod must satisfy.
  always(
    'run as the user of their image, may write to /tmp and see no variables of other Services',
    (objects) => {
      for (const { spec, metadata } of workloads(objects)) {
        const pod = spec.template.spec;
        const user = USERS[metadata.name] ?? 1000;
        expect(pod).toMatchObject({
          enableServiceLinks: false,
          securityContext: { runAsUser: user, fsGroup: user },
        });
        for (const container of pod.containers) {
          expect(container.securityContext).toMatchObject({ runAsNonRoot: true });
          expect(container.volumeMounts).toContainEqual({ name: 'tmp', mountPath: '/tmp' });
        }
      }
    },
  );

  test('have an API token only if they call the API server', () => {
    const withToken = workloads(synthesize({ monitoring: { mode: 'bundled' } })).filter(
      ({ spec }) => spec.template.spec.automountServiceAccountToken,
    );
    expect(withToken.map(({ metadata }) => metadata.name)).toEqual(['kube-state-metrics', 'prometheus']);
  });

  test('must satisfy Pod Security "restricted", which their namespace enforces', () => {
    expect(find(synthesize(), 'Namespace', 'load-testing').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
    });
  });
});

describe('the default system', () => {
  test('lists the namespace first, then the objects that pods refer to, then the pods', () => {
    expect(names(synthesize())).toEqual([
      'Namespace/load-testing',
      'NetworkPolicy/default-deny-ingress',
      'NetworkPolicy/postgres',
      'Secret/postgres',
      'ConfigMap/postgres-init',
      'StatefulSet/postgres',
      'Service/postgres',
      'NetworkPolicy/downstream',
      'Deployment/downstream',
      'Service/downstream',
      'NetworkPolicy/backend',
      'Deployment/backend',
      'Service/backend',
    ]);
  });

  test('lets the backend reach the database only through the pooler when there is one', () => {
    const objects = synthesize({ postgres: { pooler: { enabled: true, poolSize: 6 } } });
    const { DATABASE_HOST, DATABASE_PORT } = environment(containerOf(objects, 'backend'));
    expect([DATABASE_HOST, DATABASE_PORT]).toEqual(['pgbouncer', '6432']);
    expect(environment(containerOf(objects, 'pgbouncer'))).toMatchObject({
      DB_HOST: 'postgres',
      POOL_MODE: 'transaction',
      DEFAULT_POOL_SIZE: '6',
    });
    const reachedOnlyFrom = (name: string, component: string) =>
      expect(find<Policy>(objects, 'NetworkPolicy', name).spec.ingress).toMatchObject([
        { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/component': component } } }] },
      ]);
    reachedOnlyFrom('postgres', 'connection-pooler');
    reachedOnlyFrom('pgbouncer', 'api');
  });

  test('has the configured probes', () => {
    const timing = { periodSeconds: 3, timeoutSeconds: 7, failureThreshold: 2 };
    const { livenessProbe, readinessProbe } = containerOf(
      synthesize({ backend: { livenessProbe: timing } }),
      'backend',
    );
    const httpGet = { path: '/health', port: 'http', scheme: 'HTTP' };
    expect(livenessProbe).toEqual({ httpGet, ...timing });
    expect(readinessProbe).toMatchObject({ periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 });
  });

  test('configures the backend entirely through its environment', () => {
    const container = containerOf(synthesize(), 'backend');
    expect(container.command).toEqual(['node', 'service/main.js']);
    expect(environment(container)).toEqual({
      POD_NAME: undefined,
      PORT: '8000',
      UV_THREADPOOL_SIZE: '4',
      NODE_OPTIONS: '--max-old-space-size=256',
      FAULTS_ENABLED: 'true',
      WORKER_THREADS: '2',
      OFFLOAD_CPU_WORK: 'true',
      CPU_MICROS_PER_COMPLEXITY: '500',
      RETAINED_ENTRIES: '60',
      RETAINED_KIBIBYTES_PER_MEGABYTE: '1024',
      QUERY_MS: '50',
      DATABASE_HOST: 'postgres',
      DATABASE_PORT: '5432',
      DATABASE_NAME: 'lab',
      DATABASE_USER: undefined,
      DATABASE_PASSWORD: undefined,
      DB_POOL_SIZE: '5',
      DB_ACQUIRE_TIMEOUT_MS: '5000',
      DOWNSTREAM_URL: 'http://downstream:8080',
      DOWNSTREAM_MAX_SOCKETS: '50',
      DOWNSTREAM_TIMEOUT_MS: '0',
      BREAKER_FAILURES: '0',
      BREAKER_RESET_MS: '5000',
      DOWNSTREAM_RETRIES: '0',
      DOWNSTREAM_RETRY_BACKOFF_MS: '0',
      BULKHEAD_MAX_CONCURRENT: '0',
      ADMISSION_LIMIT: '0',
      QUERY_CONCURRENCY: '0',
      CPU_CACHE_ENTRIES: '0',
      STREAM_INSTEAD_OF_RETAIN: 'false',
      PAGE_MEBIBYTES: '0',
      SLOW_CONCURRENCY: '0',
    });
  });

  test('configures the downstream entirely through its environment', () => {
    expect(environment(containerOf(synthesize(), 'downstream'))).toEqual({
      POD_NAME: undefined,
      PORT: '8080',
      UV_THREADPOOL_SIZE: '4',
      NODE_OPTIONS: '--max-old-space-size=64',
      FAULTS_ENABLED: 'true',
      BASE_LATENCY_MS: '50',
      MAX_CONCURRENCY: '10',
      CONTENTION_PERCENT: '5',
    });
  });

  test('gives the database its connections, cache and role', () => {
    const objects = synthesize({ postgres: { user: 'shopper', password: "o'neill", rows: 7 } });
    expect(containerOf(objects, 'postgres').args!.join(' ')).toBe(
      'postgres -c port=5432 -c max_connections=10 -c superuser_reserved_connections=3 -c shared_buffers=32MB',
    );
    const { data } = find<KubeObject & { data: Record<string, string> }>(objects, 'Secret', 'postgres');
    const decoded = Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value, 'base64').toString(),
    ]);
    expect(Object.fromEntries(decoded)).toEqual({
      username: 'shopper',
      password: "o'neill",
      'admin-password': 'lab-admin-password',
    });
    expect(find(objects, 'ConfigMap', 'postgres-init')).toHaveProperty(
      ['data', '02-schema.sql'],
      expect.stringContaining('generate_series(1, 7)'),
    );
  });

  test('announces its metrics through annotations', () => {
    expect(find(synthesize(), 'Deployment', 'backend')).toMatchObject({
      spec: {
        template: {
          metadata: {
            annotations: {
              'prometheus.io/scrape': 'true',
              'prometheus.io/port': '8000',
              'prometheus.io/path': '/metrics',
            },
          },
        },
      },
    });
  });
});

describe('settings that add or remove objects', () => {
  const kinds = (input: LabPropsInput) => new Set(synthesize(input).map(({ kind }) => kind));

  test.each<[string, LabPropsInput, string, boolean]>([
    ['one replica', {}, 'PodDisruptionBudget', false],
    ['two replicas', nested('backend.replicas', 2), 'PodDisruptionBudget', true],
    ['two pods of the dependency', nested('downstream.replicas', 2), 'PodDisruptionBudget', true],
    ['an autoscaler up to 5', nested('autoscaling.enabled', true), 'PodDisruptionBudget', true],
    [
      'an autoscaler up to 1',
      { autoscaling: { enabled: true, maxReplicas: 1 }, backend: { replicas: 3 } },
      'PodDisruptionBudget',
      false,
    ],
    ['no autoscaling', {}, 'HorizontalPodAutoscaler', false],
    ['autoscaling', nested('autoscaling.enabled', true), 'HorizontalPodAutoscaler', true],
    ['no operator', {}, 'ServiceMonitor', false],
    ['an operator', nested('monitoring.mode', 'operator'), 'ServiceMonitor', true],
    ['an operator', nested('monitoring.mode', 'operator'), 'PrometheusRule', true],
    ['a bundle', nested('monitoring.mode', 'bundled'), 'ServiceMonitor', false],
    ['a bundle', nested('monitoring.mode', 'bundled'), 'ClusterRole', true],
    ['no network policies', nested('networkPolicies.enabled', false), 'NetworkPolicy', false],
  ])('%s: %j → %s: %s', (_name, input, kind, expected) => {
    expect(kinds(input).has(kind)).toBe(expected);
  });

  test('an autoscaled Deployment sets no replicas, so applying it again does not change their number', () => {
    const objects = synthesize({ autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 4 } });
    expect(find(objects, 'Deployment', 'backend')).not.toHaveProperty('spec.replicas');
    expect(find(objects, 'HorizontalPodAutoscaler', 'backend').spec).toMatchObject({
      minReplicas: 2,
      maxReplicas: 4,
    });
  });

  test('the disruption budget and the ServiceMonitor select what the Service selects', () => {
    const objects = synthesize({ backend: { replicas: 2 }, monitoring: { mode: 'operator' } });
    const { selector } = find<Service>(objects, 'Service', 'backend').spec;
    for (const kind of ['PodDisruptionBudget', 'ServiceMonitor']) {
      expect(find(objects, kind, 'backend')).toHaveProperty('spec.selector.matchLabels', selector);
    }
    expect(find(objects, 'Service', 'backend').metadata.labels).toMatchObject(selector);
  });

  test('a ServiceMonitor names the port of the Service, and its timeout never exceeds its interval', () => {
    const objects = synthesize({ monitoring: { mode: 'operator', scrapeIntervalSeconds: 5 } });
    const { ports } = find<Service>(objects, 'Service', 'backend').spec;
    expect(find(objects, 'ServiceMonitor', 'backend')).toHaveProperty('spec.endpoints', [
      { port: ports[0]!.name, path: '/metrics', interval: '5s', scrapeTimeout: '5s' },
    ]);
  });

  test('a changed port changes everywhere', () => {
    const objects = synthesize({ downstream: { port: 18080 }, postgres: { port: 15432 } });
    const backend = environment(containerOf(objects, 'backend'));
    expect(backend).toMatchObject({ DOWNSTREAM_URL: 'http://downstream:18080', DATABASE_PORT: '15432' });
    expect(JSON.stringify(objects)).not.toMatch(/\b(8080|5432)\b/);
  });
});
