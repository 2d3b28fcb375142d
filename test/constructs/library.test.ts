import { App, Chart } from 'cdk8s';
import {
  AppPolicy,
  AppService,
  Autoscaler,
  Backend,
  DisruptionBudget,
  Downstream,
  identify,
  LabChart,
  NodeApp,
  parseProps,
  Pooler,
  Postgres,
  PropsError,
  synthesize,
  writeManifests,
  type KubeObject,
  type LabPropsInput,
  type NodeAppProps,
  type System,
} from '../../constructs';
import { containerOf, environment, find, services, workloads, type Policy } from './objects';

const SHOP: System = (app, props) => {
  const chart = new LabChart(app, 'shop', props);
  new Backend(chart, 'checkout', {
    database: chart.postgres.address,
    downstream: chart.downstream.address,
    cpuLimitMillicores: 2000,
  });
};

const problemsOf = (make: () => unknown): string[] => {
  try {
    make();
  } catch (error) {
    if (error instanceof PropsError) return error.problems;
    throw error;
  }
  return [];
};

const inPlainChart = (make: (chart: Chart) => unknown): KubeObject[] => {
  const chart = new Chart(new App(), 'mine', { namespace: 'team-a', disableResourceNameHashes: true });
  make(chart);
  return chart.toJson() as KubeObject[];
};

describe('a second backend in the same chart', () => {
  const objects = synthesize({}, SHOP);

  test('has names of its own, after its id', () => {
    const titles = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(titles).size).toBe(titles.length);
    for (const kind of ['Deployment', 'Service', 'NetworkPolicy']) {
      expect(titles).toContain(`${kind}/backend`);
      expect(titles).toContain(`${kind}/checkout`);
    }
  });

  test('has pods that no other Service selects, and settings of its own', () => {
    for (const { spec, metadata } of services(objects)) {
      const selected = workloads(objects).filter(({ spec: workload }) =>
        Object.entries(spec.selector).every(
          ([name, value]) => workload.template.metadata.labels[name] === value,
        ),
      );
      expect(selected.map((workload) => workload.metadata.name)).toEqual([metadata.name]);
    }
    expect(containerOf(objects, 'checkout').resources.limits.cpu).toBe('2');
    expect(containerOf(objects, 'backend').resources.limits.cpu).toBe('500m');
  });

  test('may reach the database and the downstream', () => {
    const { ingress } = find<Policy>(objects, 'NetworkPolicy', 'postgres').spec;
    const [from] = ingress as [{ from: [{ podSelector: { matchLabels: Record<string, string> } }] }];
    const { labels } = workloads(objects).find(({ metadata }) => metadata.name === 'checkout')!.spec.template
      .metadata;
    expect(labels).toMatchObject(from.from[0].podSelector.matchLabels);
    expect(environment(containerOf(objects, 'checkout'))).toMatchObject({
      DATABASE_HOST: 'postgres',
      DOWNSTREAM_URL: 'http://downstream:8080',
    });
  });

  test('shares the settings of the chart for all objects and pods', () => {
    const shared: LabPropsInput = {
      commonLabels: { team: 'payments' },
      commonAnnotations: { note: 'x' },
      nodeSelector: { disktype: 'ssd' },
      faults: { enabled: false },
      monitoring: { mode: 'operator' },
    };
    const made = synthesize(shared, SHOP);
    const checkout = find(made, 'Deployment', 'checkout');
    expect(checkout.metadata).toMatchObject({ labels: { team: 'payments' }, annotations: { note: 'x' } });
    expect(checkout).toHaveProperty('spec.template.spec.nodeSelector', { disktype: 'ssd' });
    expect(environment(containerOf(made, 'checkout')).FAULTS_ENABLED).toBe('false');
    expect(find(made, 'ServiceMonitor', 'checkout')).toBeDefined();
  });

  test('is refused if it has the names of the first one', () => {
    const twice: System = (app, props) => {
      const chart = new LabChart(app, 'shop', props);
      const { postgres, downstream } = chart;
      const inside = new Downstream(chart, 'checkout');
      new Backend(inside, 'backend', { database: postgres.address, downstream: downstream.address });
    };
    expect(problemsOf(() => synthesize({}, twice))).toContain(
      'shop/checkout/backend/app/deployment: shop/backend/app/deployment is already called Deployment/backend in the namespace load-testing; give one of the constructs another id, or one of the charts another namespace or prefix of names',
    );
    expect(problemsOf(() => writeManifests({}, '/nowhere', twice))).not.toEqual([]);
  });
});

describe('the parts of the system in a chart of one’s own', () => {
  test('need only what they use, and know where they are reached', () => {
    let backend: Backend | undefined;
    const objects = inPlainChart((chart) => {
      const { address: database } = new Postgres(chart, 'orders-db', { pooler: { enabled: true } });
      const { address: downstream } = new Downstream(chart, 'prices', { port: 9000 });
      backend = new Backend(chart, 'orders', {
        database,
        downstream,
        autoscaling: { enabled: true, maxReplicas: 3 },
      });
    });
    expect(backend!.address).toMatchObject({ host: 'orders', port: 8000, url: 'http://orders:8000' });
    expect(backend!.app.deployment.name).toBe('orders');
    expect(backend!.app.service.name).toBe('orders');
    expect(environment(containerOf(objects, 'orders'))).toMatchObject({
      DATABASE_HOST: 'orders-db-pgbouncer',
      DOWNSTREAM_URL: 'http://prices:9000',
    });
    expect(environment(containerOf(objects, 'orders-db-pgbouncer')).DB_HOST).toBe('orders-db');
    expect(find(objects, 'HorizontalPodAutoscaler', 'orders')).toHaveProperty('spec.maxReplicas', 3);
    expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['team-a']));
  });

  test('explain what is wrong with their settings', () => {
    expect(problemsOf(() => new LabChart(new App(), 'lab', { backend: { replicas: 0 } }))).toEqual([
      'backend.replicas: 0 is too small; allowed 1..50',
    ]);
    const wrong = (make: (chart: Chart) => unknown) => problemsOf(() => inPlainChart(make));
    expect(wrong((chart) => new Downstream(chart, 'prices', { replicas: 99 }))).toEqual([
      'downstream.replicas: 99 is too large; allowed 1..50',
    ]);
    expect(wrong((chart) => new Backend(chart, 'orders', { cpuLimit: 1 } as never))).toEqual([
      'mine/orders: database is missing; pass the address of a Postgres',
      'mine/orders: downstream is missing; pass the address of a Downstream',
    ]);
    expect(
      wrong((chart) => {
        const { address: database } = new Postgres(chart, 'orders-db');
        new Pooler(chart, 'pooler', { database, poolSize: 0 });
      }),
    ).toEqual(['postgres.pooler.poolSize: 0 is too small; allowed 1..1000']);
    expect(wrong((chart) => new Backend(chart, 'orders', undefined as never))).toHaveLength(2);
    expect(wrong((chart) => new Downstream(chart, 'My Prices'))).toEqual([
      expect.stringMatching(/^mine\/My Prices: the id 'My Prices' cannot be the name of a Service; allowed /),
    ]);
  });
});

describe('two objects that the cluster would take for one are refused', () => {
  const refused = (system: System, title: string) =>
    problemsOf(() => synthesize({ monitoring: { mode: 'bundled' } }, system)).filter((line) =>
      line.includes(`is already called ${title}`),
    );

  test('in two LabCharts of one namespace', () => {
    const twice: System = (app, props) => ['a', 'b'].forEach((id) => new LabChart(app, id, props));
    const [problem, ...others] = refused(twice, 'Deployment/backend');
    expect(problem).toMatch(/^b\/backend\/app\/deployment: a\/backend\/app\/deployment is already called /);
    expect(others).toEqual([]);
  });

  test('in no namespace, although their charts have different ones', () => {
    const twice: System = (app, props) =>
      ['a', 'b'].forEach((id) => {
        const monitoring = { ...props.monitoring, namespace: `monitoring-${id}` };
        new LabChart(app, id, { ...props, namespace: id, monitoring });
      });
    expect(refused(twice, 'ClusterRole/backend-under-load-prometheus')).toHaveLength(1);
    expect(refused(twice, 'Deployment/backend')).toEqual([]);
  });

  test('in plain charts, in a plain app of cdk8s', () => {
    const app = new App({ outdir: '/nowhere' });
    for (const id of ['a', 'b']) new Downstream(new Chart(app, id, { namespace: 'team-a' }), 'prices');
    expect(() => app.synth()).toThrow(
      /b\/prices\/\S+: a\/prices\/\S+ is already called Service\/prices in the namespace team-a/,
    );
  });
});

describe('the parts of an app that users make from raw properties', () => {
  const image = {
    registry: '',
    repository: 'shop/api',
    tag: '1',
    digest: '',
    pullPolicy: 'IfNotPresent',
  } as const;
  const probe = { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 3 };
  const nodeApp = (chart: Chart): NodeAppProps => ({
    identity: identify(chart, 'api', 'api'),
    image,
    port: 8000,
    resources: {
      cpuRequestMillicores: 100,
      cpuLimitMillicores: 200,
      memoryRequestMebibytes: 64,
      memoryLimitMebibytes: 128,
    },
    probes: { readinessProbe: probe, livenessProbe: probe },
    entry: 'api.js',
    env: [],
    mostPods: 2,
    workload: parseProps({}).downstream,
  });

  test('need nothing but what the package exports', () => {
    const objects = inPlainChart((chart) => {
      const app = new NodeApp(chart, 'api', nodeApp(chart));
      new Autoscaler(chart, 'scaling', { identity: app.identity, image, maxReplicas: 2 });
    });
    expect(containerOf(objects, 'api').image).toBe('shop/api:1');
    expect(find(objects, 'HorizontalPodAutoscaler', 'api')).toHaveProperty('spec.maxReplicas', 2);
  });

  test.each<[string, (chart: Chart, props: never) => unknown]>([
    ['NodeApp', (chart, props) => new NodeApp(chart, 'api', props)],
    ['AppService', (chart, props) => new AppService(chart, 'api', props)],
    ['AppPolicy', (chart, props) => new AppPolicy(chart, 'api', props)],
    ['Autoscaler', (chart, props) => new Autoscaler(chart, 'api', props)],
    ['DisruptionBudget', (chart, props) => new DisruptionBudget(chart, 'api', props)],
  ])('%s says which ones are missing', (_name, make) => {
    for (const wrong of [undefined, null, {}, { identity: {} }]) {
      const problems = problemsOf(() => inPlainChart((chart) => make(chart, wrong as never)));
      expect(problems[0]).toMatch(
        wrong && 'identity' in wrong
          ? 'mine/api: identity has no app, component, instance, objectName; pass what identify() gives'
          : 'mine/api: identity is missing; pass what identify() gives',
      );
    }
  });

  test('say so about every single one', () => {
    const props = nodeApp(new Chart(new App(), 'mine'));
    for (const name of Object.keys(props)) {
      const without = (chart: Chart) => new NodeApp(chart, 'api', { ...nodeApp(chart), [name]: undefined });
      expect(problemsOf(() => inPlainChart(without))).toEqual([
        expect.stringContaining(`mine/api: ${name} is missing; pass `),
      ]);
    }
  });

  test('and a LabChart without settings says what it expects', () => {
    expect(problemsOf(() => new LabChart(new App(), 'lab', null as never))).toEqual([
      'settings: null is not a group of settings; expected an object',
    ]);
    expect(problemsOf(() => new LabChart(new App(), 'lab', {}, {} as never))).toEqual([
      'lab: installation has no instance, namePrefix; pass {instance, namePrefix}',
    ]);
  });
});

test('an installation with a prefix has other names and other labels than one without', () => {
  const system: System = (app, props) => {
    new LabChart(app, 'a', props);
    new LabChart(app, 'b', props, { instance: 'b', namePrefix: 'b-' });
  };
  const objects = synthesize({ monitoring: { mode: 'operator' } }, system);
  const [own, other] = ['backend', 'b-backend'].map((name) => find(objects, 'Service', name));
  expect(own!.spec).not.toHaveProperty('selector', (other!.spec as { selector: object }).selector);
  const container = workloads(objects).find(({ metadata }) => metadata.name === 'b-backend')!.spec.template
    .spec.containers[0]!;
  expect(container.name).toBe('backend');
  expect(environment(container)).toMatchObject({
    DATABASE_HOST: 'b-postgres',
    DOWNSTREAM_URL: 'http://b-downstream:8080',
  });
  const rules = JSON.stringify(find(objects, 'PrometheusRule', 'b-backend-under-load'));
  expect(rules).toContain('deployment=\\"b-backend\\"');
  expect(rules).toContain('pod=~\\"b-backend-.+\\"');
  expect(rules).toContain('container=\\"backend\\"');
  expect(find(objects, 'ConfigMap', 'b-dashboard-overview')).toBeDefined();
});
