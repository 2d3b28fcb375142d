import { synthesize, type LabPropsInput } from '../../../constructs';
import { claimNamespace } from '../../../lab/engine/kubernetes/namespace';
import { CLUSTER_FOLDERS, FOLDERS } from '../../../lab/engine/kubernetes/folders';
import { removeStaleFromCluster, takeDown } from '../../../lab/engine/kubernetes/take-down';
import { VARIANTS } from '../../constructs/variants';
import { FakeCluster, type Rule, type Stored } from './fake-cluster';
import { RUN, start, type Told } from './start';

const TEAM = '/api/v1/namespaces/team-a';
let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.up();
});
afterEach(() => cluster.close());

const up = (input: LabPropsInput, told: Told[] = [], startDeadlineMs = 5000) =>
  start(cluster, input, { told, startDeadlineMs });

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

it('a lease that was deleted does not come back by its next renewal', async () => {
  cluster.namespace('team-a');
  const path = '/apis/coordination.k8s.io/v1/namespaces/team-a/leases/backend-under-load';
  let renewals = 0;
  const renewed = (count: number) =>
    new Promise<void>((resolve) => {
      const wanted = renewals + count;
      cluster.rules.push((method) => {
        if (method === 'PATCH' && renewals++ >= wanted) resolve();
        return undefined;
      });
    });
  const claim = await claimNamespace(cluster.api(), manifest('team-a'), RUN, { renewMs: 5 });
  await renewed(1);
  expect(cluster.objects.has(path)).toBe(true);
  cluster.remove(path);
  await renewed(2);
  claim.release();
  expect(cluster.objects.has(path)).toBe(false);
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
