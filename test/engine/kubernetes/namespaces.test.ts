import { Chart, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  LabChart,
  LabNamespace,
  synthesize,
  type KubeObject,
  type LabPropsInput,
  type System,
} from '../../../constructs';
import { kubernetesEngine } from '../../../lab/engine/kubernetes';
import { claimNamespace } from '../../../lab/engine/kubernetes/namespace';
import { CLUSTER_FOLDERS, FOLDERS } from '../../../lab/engine/kubernetes/folders';
import { removeStaleFromCluster, takeDown } from '../../../lab/engine/kubernetes/take-down';
import type { LogEvent, PodEvent } from '../../../lab/model/events';
import { VARIANTS } from '../../constructs/variants';
import { FakeCluster, type Rule, type Stored } from './fake-cluster';

const RUN = 'run-1';
const TEAM = '/api/v1/namespaces/team-a';
let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.up();
});
afterEach(() => cluster.close());

type Told = Omit<PodEvent, 't'> | Omit<LogEvent, 't'>;

function up(input: LabPropsInput, told: Told[] = [], startDeadlineMs = 5000, system?: System) {
  const engine = kubernetesEngine({ api: cluster.api(), run: RUN, startDeadlineMs });
  return engine.up(synthesize(input, system), { emit: (event) => told.push(event) });
}

/** @param title Kind/name of the object that a request must create. */
function isCreationOf(title: string, method: string, body: Stored | undefined): boolean {
  return method === 'POST' && body !== undefined && `${body.kind}/${body.metadata.name}` === title;
}

/** Somebody who has all rights in one namespace, and none elsewhere. */
const onlyIn =
  (namespace: string): Rule =>
  (method, path) => {
    const inside = path === namespace ? method === 'GET' : path.startsWith(`${namespace}/`);
    const inGroup = path.includes(`/namespaces/${namespace.split('/').at(-1)}/`);
    if (inside || inGroup || /^\/(version|api\/v1|apis\/[^/]+\/[^/]+)$/.test(path)) return undefined;
    return {
      status: 403,
      message: `${method} ${path} is forbidden: User "dev" cannot do this at the cluster scope`,
    };
  };

describe('with rights in one existing namespace only', () => {
  beforeEach(() => {
    cluster.namespace('team-a');
    cluster.rules.push(onlyIn(TEAM));
  });

  it('the lab uses the namespace, and leaves it behind empty', async () => {
    const system = await up({ namespace: 'team-a' });
    expect(cluster.titles).toContain('Deployment/backend');
    await system.down();
    expect(cluster.titles).toEqual(['Namespace/team-a']);
  });

  it('a failed start leaves the namespace behind empty', async () => {
    cluster.rules.push((method, _, body) =>
      isCreationOf('Deployment/backend', method, body)
        ? { status: 403, message: 'deployments.apps "backend" is forbidden' }
        : undefined,
    );
    await expect(up({ namespace: 'team-a' })).rejects.toMatchObject({
      message: 'The cluster refuses Deployment backend: deployments.apps "backend" is forbidden',
      hint: expect.stringContaining('rights'),
    });
    expect(cluster.titles).toEqual(['Namespace/team-a']);
  });

  it('the lab uses it even if it may not look at it', async () => {
    cluster.rules.push((_, path) => (path === TEAM ? { status: 403, message: 'no' } : undefined));
    await (await up({ namespace: 'team-a' })).down();
    expect(cluster.titles).toEqual(['Namespace/team-a']);
  });

  it('lab clean finds a dead run in the namespace of the context, without the right to search everywhere', async () => {
    const dead = await claimNamespace(cluster.api(), manifest('team-a'), RUN);
    dead.release();
    const path = '/apis/coordination.k8s.io/v1/namespaces/team-a/leases/backend-under-load';
    const lease = cluster.objects.get(path)!;
    cluster.store(path, { ...lease, spec: { ...(lease.spec as object), renewTime: '2026-01-01T00:00:00Z' } });
    await expect(removeStaleFromCluster(cluster.api())).rejects.toMatchObject({ hint: 'Name one with -n.' });
    const found = { namespace: 'team-a', run: RUN, removed: true };
    expect(await removeStaleFromCluster(cluster.api(), undefined, 'team-a')).toEqual([found]);
    expect(cluster.titles).toEqual(['Namespace/team-a']);
  });
});

it('a namespace that is missing and may not be created is reported with what to do', async () => {
  cluster.rules.push((method, path) =>
    method === 'POST' && path === '/api/v1/namespaces'
      ? { status: 403, message: 'namespaces is forbidden: User "dev" cannot create resource "namespaces"' }
      : undefined,
  );
  await expect(up({ namespace: 'team-b' })).rejects.toMatchObject({
    kind: 'environment',
    message:
      'There is no namespace team-b, and the lab may not create it: namespaces is forbidden: User "dev" cannot create resource "namespaces"',
    hint: expect.stringContaining('existing, empty namespace'),
  });
});

it('a namespace in which no lease can be made is removed again if the lab made it', async () => {
  cluster.rules.push((_, path) =>
    /\/leases/.test(path) ? { status: 403, message: 'no leases' } : undefined,
  );
  await expect(up({ namespace: 'new' })).rejects.toMatchObject({
    message: 'The namespace new cannot be used: no leases',
  });
  expect(cluster.titles).toEqual([]);
});

const STUCK = {
  phase: 'Terminating',
  conditions: [
    { type: 'NamespaceDeletionContentFailure', status: 'False', message: 'All content successfully deleted' },
    {
      type: 'NamespaceFinalizersRemaining',
      status: 'True',
      message:
        'Some content in the namespace has finalizers remaining: example.com/guard in 1 resource instances',
    },
  ],
};
const LEAVING = { deletionTimestamp: '2026-11-28T00:00:00Z' };

function manifest(name: string) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

describe('a namespace that is being deleted', () => {
  it('is waited for and made anew', async () => {
    cluster.namespace('team-a', {
      metadata: { name: 'team-a', ...LEAVING },
      status: { phase: 'Terminating' },
    });
    const looked = new Promise<void>((resolve) => {
      cluster.rules.push((method, path) => void (method === 'GET' && path === TEAM && resolve()));
    });
    const claimed = claimNamespace(cluster.api(), manifest('team-a'), RUN);
    await looked;
    cluster.remove(TEAM);
    const claim = await claimed;
    claim.release();
    expect(claim.made).toBe(true);
  });

  it('and does not go is reported with its condition', async () => {
    cluster.namespace('team-a', { metadata: { name: 'team-a', ...LEAVING }, status: STUCK });
    const claimed = claimNamespace(cluster.api(), manifest('team-a'), RUN, { leavingMs: 10 });
    await expect(claimed).rejects.toMatchObject({
      kind: 'environment',
      message: `The namespace team-a is being deleted, and still there after 0.01 s: ${STUCK.conditions[1]!.message}`,
      hint: expect.stringContaining('kubectl get namespace team-a -o yaml'),
    });
  });

  it('and does not go at the end of a run is reported with its condition', async () => {
    cluster.namespace('mine', {
      metadata: { name: 'mine', labels: { 'backend-under-load/run': RUN } },
      status: STUCK,
    });
    cluster.leaves = (path) => path !== '/api/v1/namespaces/mine';
    await expect(takeDown(cluster.api(), 'mine', RUN, 10)).rejects.toMatchObject({
      message: `0.01 s after its deletion, this is still there: the namespace mine: ${STUCK.conditions[1]!.message}`,
      hint: expect.stringContaining('lab clean'),
    });
  });

  it('under the lab causes a hint about the namespace, not about rights', async () => {
    cluster.rules.push((method, _, body) =>
      isCreationOf('Deployment/backend', method, body)
        ? {
            status: 403,
            message: 'unable to create new content in namespace team-a because it is being terminated',
          }
        : undefined,
    );
    await expect(up({ namespace: 'team-a' })).rejects.toMatchObject({
      hint: expect.stringMatching(/^The namespace is being deleted/),
    });
  });
});

describe('bundled monitoring', () => {
  const BUNDLED: LabPropsInput = { namespace: 'mine', monitoring: { mode: 'bundled' } };

  it('leaves nothing behind after a run', async () => {
    const system = await up(BUNDLED);
    expect(cluster.titles).toEqual(
      expect.arrayContaining([
        'Deployment/grafana',
        'Namespace/monitoring',
        'ClusterRole/backend-under-load-prometheus',
      ]),
    );
    await system.down();
    expect(cluster.titles).toEqual([]);
  });

  it.each([
    'Deployment/grafana',
    'ClusterRoleBinding/backend-under-load-prometheus',
    'RoleBinding/prometheus',
  ])('leaves nothing behind when the cluster refuses its %s', async (title) => {
    cluster.rules.push((method, _, body) =>
      isCreationOf(title, method, body) ? { status: 403, message: 'refused' } : undefined,
    );
    await expect(up(BUNDLED)).rejects.toThrow(`The cluster refuses ${title.replace('/', ' ')}: refused`);
    expect(cluster.titles).toEqual([]);
  });

  it('in an existing namespace leaves the namespace and what else is in it', async () => {
    cluster.namespace('monitoring');
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'grafana-admin', namespace: 'monitoring' },
    };
    cluster.store('/api/v1/namespaces/monitoring/secrets/grafana-admin', secret);
    await (await up(BUNDLED)).down();
    expect(cluster.titles).toEqual(['Namespace/monitoring', 'Secret/grafana-admin']);
  });

  it('refuses a namespace that holds something else, and says how to name another one', async () => {
    cluster.namespace('monitoring');
    const theirs = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'grafana', namespace: 'monitoring' },
    };
    cluster.store('/api/v1/namespaces/monitoring/services/grafana', theirs);
    await expect(up(BUNDLED)).rejects.toMatchObject({
      kind: 'usage',
      message: "The namespace monitoring contains objects that are not the lab's: service grafana.",
      hint: expect.stringContaining('--set monitoring.namespace='),
    });
    expect(cluster.titles).toEqual(['Namespace/monitoring', 'Service/grafana']);
  });

  it("does not touch another installation's cluster role, and leaves nothing else behind", async () => {
    const name = 'backend-under-load-prometheus';
    const path = `/apis/rbac.authorization.k8s.io/v1/clusterroles/${name}`;
    const theirs = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name } };
    cluster.store(path, theirs);
    await expect(up(BUNDLED)).rejects.toMatchObject({
      kind: 'usage',
      message: `There is a ClusterRole ${name} already, and it is not this run's.`,
    });
    expect(cluster.titles).toEqual([`ClusterRole/${name}`]);
  });

  it("waits for the monitoring's own pods and says what is missing", async () => {
    cluster.podStatus = ({ metadata: { name }, spec }) => {
      const [{ name: container }] = (spec as { containers: [{ name: string }] }).containers;
      const isGrafana = container === 'grafana';
      const waiting = { reason: 'CreateContainerConfigError', message: 'secret "grafana-admin" not found' };
      return {
        phase: isGrafana ? 'Pending' : 'Running',
        conditions: [{ type: 'Ready', status: isGrafana ? 'False' : 'True' }],
        containerStatuses: [
          {
            name: container,
            restartCount: 0,
            ready: !isGrafana,
            state: isGrafana ? { waiting } : { running: { startedAt: name } },
          },
        ],
      };
    };
    await expect(up(BUNDLED)).rejects.toMatchObject({
      message: expect.stringContaining('secret "grafana-admin" not found'),
    });
    expect(cluster.titles).toEqual([]);
  });
});

describe('in a namespace in which others keep objects', () => {
  const path = (folder: string, name: string) => `/api/v1/namespaces/team-a/${folder}/${name}`;
  const theirs = (kind: string, name: string, labels?: Record<string, string>): KubeObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'team-a', ...(labels && { labels }) },
    data: { password: 'dGhlaXJz' },
  });

  beforeEach(() => cluster.namespace('team-a'));

  it('an object of a name that the lab needs is named, and neither changed nor removed', async () => {
    const secret = theirs('Secret', 'postgres');
    cluster.store(path('secrets', 'postgres'), secret);
    await expect(up({ namespace: 'team-a' })).rejects.toMatchObject({
      kind: 'usage',
      message: "There is a Secret postgres in the namespace team-a already, and it is not this run's.",
      hint: expect.stringContaining('kubectl -n team-a delete secret postgres'),
    });
    expect(cluster.titles).toEqual(['Namespace/team-a', 'Secret/postgres']);
    expect(cluster.objects.get(path('secrets', 'postgres'))).toMatchObject(secret);
  });

  it('objects of other names, and those that the cluster makes, do not stop a run and stay', async () => {
    cluster.store(path('secrets', 'registry'), theirs('Secret', 'registry'));
    cluster.store(path('configmaps', 'kube-root-ca.crt'), theirs('ConfigMap', 'kube-root-ca.crt'));
    cluster.store(path('serviceaccounts', 'default'), theirs('ServiceAccount', 'default'));
    await (await up({ namespace: 'team-a' })).down();
    expect(cluster.titles).toEqual([
      'ConfigMap/kube-root-ca.crt',
      'Namespace/team-a',
      'Secret/registry',
      'ServiceAccount/default',
    ]);
  });

  it('what a dead run left behind is found in every kind, while lab clean still can', async () => {
    const left = theirs('ConfigMap', 'load', { 'backend-under-load/run': 'run-0' });
    cluster.store(path('configmaps', 'load'), left);
    await expect(up({ namespace: 'team-a' })).rejects.toMatchObject({
      message: 'The namespace team-a contains objects that a dead run left behind: configmap load.',
      hint: 'Remove it with: npx lab clean --engine kubernetes -n team-a',
    });
    expect(cluster.titles).toEqual(['ConfigMap/load', 'Namespace/team-a']);
  });

  it('an object of the monitoring is not overwritten either', async () => {
    cluster.namespace('monitoring');
    const metadata = { name: 'prometheus', namespace: 'monitoring' };
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    cluster.store('/api/v1/namespaces/monitoring/configmaps/prometheus', configMap);
    await expect(up({ namespace: 'team-a', monitoring: { mode: 'bundled' } })).rejects.toMatchObject({
      message:
        "There is a ConfigMap prometheus in the namespace monitoring already, and it is not this run's.",
    });
    expect(cluster.titles).toEqual(['ConfigMap/prometheus', 'Namespace/monitoring', 'Namespace/team-a']);
  });
});

describe('an app of one’s own', () => {
  const inOwnChart =
    (make: (chart: Chart) => unknown, namespace = 'team-b'): System =>
    (app, props) => {
      new LabChart(app, 'shop', props);
      make(new Chart(app, 'more', { namespace, disableResourceNameHashes: true }));
    };
  const secret = (chart: Chart) => new k8s.KubeSecret(chart, 'key', { metadata: { name: 'key' } });
  const start = (system: System) => up({ namespace: 'team-a' }, [], 5000, system);

  it('with an object in a namespace that the run does not claim is refused before anything is made', async () => {
    cluster.namespace('team-b');
    await expect(start(inOwnChart(secret))).rejects.toMatchObject({
      kind: 'usage',
      message: "The Secret key is in the namespace team-b, which is none of the run's: team-a.",
      hint: expect.stringContaining('LabNamespace'),
    });
    expect(cluster.titles).toEqual(['Namespace/team-b']);
  });

  it('may make its namespace, too, and nothing stays behind', async () => {
    const system = await start(
      inOwnChart((chart) => {
        new LabNamespace(chart, 'namespace', 'team-b');
        secret(chart);
      }),
    );
    expect(cluster.titles).toEqual(expect.arrayContaining(['Namespace/team-b', 'Secret/key']));
    await system.down();
    expect(cluster.titles).toEqual([]);
  });

  it('may have two charts in one namespace', async () => {
    const system = await start((app, props) => {
      new LabChart(app, 'shop', props);
      new LabChart(app, 'other', props, { instance: 'other', namePrefix: 'other-' });
    });
    expect(cluster.titles).toEqual(
      expect.arrayContaining(['Deployment/backend', 'Deployment/other-backend']),
    );
    await system.down();
    expect(cluster.titles).toEqual([]);
  });

  it('with an object that the end of a run would leave behind is refused, too', async () => {
    const priority = (chart: Chart) =>
      new k8s.KubePriorityClass(chart, 'high', { metadata: { name: 'high' }, value: 1 }).addJsonPatch(
        JsonPatch.remove('/metadata/namespace'),
      );
    await expect(start(inOwnChart(priority))).rejects.toMatchObject({
      kind: 'usage',
      message: 'The end of the run would not remove the PriorityClass high.',
    });
    expect(cluster.titles).toEqual([]);
  });
});

it('whatever the constructs make is among what a take-down removes', async () => {
  const api = cluster.api();
  const made = Object.values(VARIANTS)
    .flatMap((input) => synthesize(input))
    .filter(({ kind }) => kind !== 'Namespace');
  const folders = await Promise.all(
    made.map(async (object) => {
      const path = await api.pathOf(object);
      return path.slice(0, path.lastIndexOf('/')).replace(/\/namespaces\/[^/]+/, '/namespaces/NS');
    }),
  );
  const removed = [...FOLDERS, ...CLUSTER_FOLDERS];
  expect([...new Set(folders)].filter((folder) => !removed.includes(folder))).toEqual([]);
  expect(removed).toEqual([...new Set(removed)]);
});

it('events of an earlier run in the same namespace are not taken for those of this one', async () => {
  cluster.namespace('team-a');
  cluster.event('team-a', 'FailedCreate', 'ReplicaSet', 'backend-5d8f', 'exceeded quota: small');
  cluster.event('team-a', 'SuccessfulRescale', 'HorizontalPodAutoscaler', 'backend', 'New size: 3');
  cluster.podStatus = () => ({ phase: 'Pending', conditions: [], containerStatuses: [] });
  const told: Told[] = [];
  await expect(up({ namespace: 'team-a' }, told, 300)).rejects.toThrow(/^Not ready after 0.3 s/);
  expect(told.filter((event) => event.type === 'pod' && event.reason === 'SuccessfulRescale')).toEqual([]);
});
