import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { synthesize, type KubeObject } from '../../constructs';
import { PROJECT_ROOT } from '../../lab/support/root';
import { startPrometheus, type TestPrometheus } from '../support/prometheus';
import { requires } from '../support/requirements';
import { ownNamespace, quietly, run, succeed } from './cluster';

/** Long enough for three measurements of the kubelet; rates need two. */
const LOAD_SECONDS = 60;
const RATE_RANGE = '1m';

const SMALL = { cpuRequestMillicores: 20 };

/**
 * The bundle without its Prometheus and Grafana, because a test cluster can pull neither. A Prometheus on
 * this machine scrapes in its place, with the bundle's rights but without its discovery.
 */
requires('cluster', 'prometheus')('the bundled monitoring on a cluster', () => {
  const lab = ownNamespace('watched');
  const tools = ownNamespace('tools');
  const folder = mkdtempSync(join(tmpdir(), 'lab-monitoring-'));
  let prometheus: TestPrometheus | undefined;

  afterAll(async () => {
    await prometheus?.stop();
    rmSync(folder, { recursive: true, force: true });
    for (const kind of ['clusterrolebinding', 'clusterrole']) {
      succeed('kubectl', ['delete', kind, 'backend-under-load-prometheus', '--ignore-not-found']);
    }
  });

  test('is accepted as a whole where Pod Security "restricted" is enforced', () => {
    const objects = synthesize({
      namespace: lab,
      backend: SMALL,
      downstream: SMALL,
      postgres: SMALL,
      monitoring: { mode: 'bundled', namespace: tools },
    });
    const isTool = ({ kind, metadata }: KubeObject) => kind === 'Deployment' && metadata.namespace === tools;
    apply(objects.filter((object) => !isTool(object)));
    for (const tool of objects.filter(isTool))
      quietly('kubectl', ['apply', '--dry-run=server', '-f', '-'], tool);
    for (const workload of ['statefulset/postgres', 'deployment/downstream', 'deployment/backend']) {
      quietly('kubectl', ['-n', lab, 'rollout', 'status', workload, '--timeout=120s']);
    }
  }, 180_000);

  test("gives Prometheus' account the right to read what it scrapes and nothing more", () => {
    const may = (...what: string[]) =>
      run('kubectl', [
        'auth',
        'can-i',
        ...what,
        `--as=system:serviceaccount:${tools}:prometheus`,
      ]).stdout.trim();
    expect(may('list', 'pods', '-n', lab)).toBe('yes');
    expect(may('get', 'nodes', '--subresource=metrics')).toBe('yes');
    for (const what of [
      ['list', 'pods', '-n', 'kube-system'],
      ['get', 'nodes', '--subresource=proxy'],
      ['get', 'secrets', '-n', lab],
    ]) {
      expect(may(...what)).toBe('no');
    }
  });

  test('answers every query of the overview from real pods, cAdvisor and kube-state-metrics', async () => {
    prometheus = await startPrometheus({ scrape: scrapeConfigs(lab, tools, folder) });
    await load(lab);
    const now = Date.now() / 1000;
    const up = await prometheus.query('min(up)', now);
    expect(up.map(([, value]) => value)).toEqual([1]);
    const unanswered: string[] = [];
    for (const query of overviewQueries(lab)) {
      const points = await prometheus.queryRange(query, now - 15, now, 5);
      if (points.length === 0) unanswered.push(query);
    }
    expect(unanswered).toEqual([]);
  }, 180_000);
});

requires('cluster')('a Prometheus operator', () => {
  const namespace = ownNamespace('operated');

  test('adopts the targets and the rules that it selects by their label', async () => {
    const monitoring = { mode: 'operator', serviceMonitorLabels: { release: 'lab' } } as const;
    const kinds = ['Namespace', 'ServiceMonitor', 'PrometheusRule', 'ConfigMap'];
    apply(synthesize({ namespace, monitoring }).filter(({ kind }) => kinds.includes(kind)));
    const selector = { matchLabels: { release: 'lab' } };
    // No pod is needed: the test reads what the operator writes for Prometheus.
    const spec = {
      version: 'v2.42.0',
      replicas: 0,
      serviceMonitorSelector: selector,
      ruleSelector: selector,
    };
    apply([
      {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'Prometheus',
        metadata: { name: 'lab', namespace },
        spec,
      },
    ]);
    const rules = await eventual(['get', 'configmap', 'prometheus-lab-rulefiles-0'], namespace);
    expect(JSON.stringify(rules)).toContain('CauseConnectionPool');
    const secret = (await eventual(['get', 'secret', 'prometheus-lab'], namespace)) as {
      data: Record<string, string>;
    };
    const config = gunzipSync(Buffer.from(secret.data['prometheus.yaml.gz']!, 'base64')).toString();
    for (const app of ['backend', 'downstream'])
      expect(config).toContain(`serviceMonitor/${namespace}/${app}/0`);
    const boards = quietly('kubectl', [
      '-n',
      namespace,
      'get',
      'configmap',
      '-l',
      'grafana_dashboard=1',
      '-o',
      'name',
    ]);
    expect(boards).toContain('configmap/dashboard-overview');
  }, 120_000);
});

/** Applies namespaces first. Client-side annotations are too small for a dashboard in some clusters. */
function apply(objects: object[]): void {
  for (const object of objects) succeed('kubectl', ['apply', '--server-side', '-f', '-'], object);
}

/** Waits for an object and returns it. */
async function eventual(command: string[], namespace: string): Promise<unknown> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const { status, stdout } = run('kubectl', ['-n', namespace, ...command, '-o', 'json']);
    if (status === 0) return JSON.parse(stdout);
    await sleep(1000);
  }
  throw new Error(`no ${command.slice(1).join(' ')} after a minute`);
}

interface KubeConfig {
  clusters: { cluster: { server: string } }[];
  users: { user: Record<string, string> }[];
}

/** Scrapes pods through the API server, and kubelets as the bundle does, with its account. */
function scrapeConfigs(lab: string, tools: string, folder: string): object[] {
  const config = JSON.parse(
    succeed('kubectl', ['config', 'view', '--raw', '--minify', '-o', 'json']),
  ) as KubeConfig;
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const user = config.users[0]!.user;
  const decoded = (key: string) => file(key, Buffer.from(user[`${key}-data`]!, 'base64'));
  const api = {
    scheme: 'https',
    honor_labels: true,
    tls_config: {
      insecure_skip_verify: true,
      cert_file: decoded('client-certificate'),
      key_file: decoded('client-key'),
    },
  };
  const server = new URL(config.clusters[0]!.cluster.server).host;
  const through = (job: string, path: string, labels = {}) => ({
    ...api,
    job_name: job,
    metrics_path: `/api/v1/namespaces/${path}/proxy/metrics`,
    static_configs: [{ targets: [server], labels }],
  });
  const pods = JSON.parse(succeed('kubectl', ['-n', lab, 'get', 'pods', '-o', 'json'])) as {
    items: { metadata: { name: string; labels: { app: string } } }[];
  };
  const ports: Record<string, number> = { backend: 8000, downstream: 8080 };
  const node = succeed('kubectl', ['get', 'nodes', '-o', 'jsonpath={.items[0].status.addresses[0].address}']);
  const token = succeed('kubectl', ['-n', tools, 'create', 'token', 'prometheus']);
  return [
    ...pods.items
      .map(({ metadata }) => ({ pod: metadata.name, container: metadata.labels.app }))
      .filter(({ container }) => container in ports)
      .map(({ pod, container }) =>
        through(pod, `${lab}/pods/${pod}:${ports[container]}`, { namespace: lab, pod, container }),
      ),
    { job_name: 'kube-state-metrics', honor_labels: true, static_configs: [{ targets: [stateMetrics()] }] },
    {
      job_name: 'cadvisor',
      scheme: 'https',
      metrics_path: '/metrics/cadvisor',
      authorization: { credentials_file: file('token', token) },
      tls_config: { insecure_skip_verify: true },
      static_configs: [{ targets: [`${node}:10250`] }],
      metric_relabel_configs: [{ source_labels: ['namespace'], regex: lab, action: 'keep' }],
    },
  ];
}

/** The address of the cluster's own kube-state-metrics: on the node, in a test cluster. */
function stateMetrics(): string {
  const path = '{.items[0].endpoints[0].addresses[0]}:{.items[0].ports[0].port}';
  const slices = ['endpointslices', '-l', 'kubernetes.io/service-name=kube-state-metrics'];
  return succeed('kubectl', ['-n', 'kube-system', 'get', ...slices, '-o', `jsonpath=${path}`]);
}

/** Sends a few requests to routes that use a worker, the database and the downstream. */
async function load(namespace: string): Promise<void> {
  const routes = ['fast', 'order?id=1', 'price', 'cpu-intensive?complexity=30'];
  const until = Date.now() + LOAD_SECONDS * 1000;
  for (let i = 0; Date.now() < until; i++) {
    const path = `/api/v1/namespaces/${namespace}/services/backend:8000/proxy/api/${routes[i % routes.length]}`;
    succeed('kubectl', ['get', '--raw', path]);
    await sleep(200); // gives the event loop to Prometheus' client
  }
}

function overviewQueries(namespace: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, 'monitoring/dashboards/overview.json'), 'utf8');
  const { panels } = JSON.parse(text) as {
    panels: { panels?: { targets?: { expr: string }[] }[]; targets?: { expr: string }[] }[];
  };
  return panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    .map((expr) =>
      expr
        .replaceAll('$namespace', namespace)
        .replaceAll('$__rate_interval', RATE_RANGE)
        .replaceAll('$__range', RATE_RANGE),
    );
}
