import { Chart, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { LabChart, LabNamespace, type KubeObject, type System } from '../../../constructs';
import { FakeCluster } from './fake-cluster';
import { start } from './start';

let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.up();
});
afterEach(() => cluster.close());

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
    await expect(start(cluster, { namespace: 'team-a' })).rejects.toMatchObject({
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
    await (await start(cluster, { namespace: 'team-a' })).down();
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
    await expect(start(cluster, { namespace: 'team-a' })).rejects.toMatchObject({
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
    await expect(
      start(cluster, { namespace: 'team-a', monitoring: { mode: 'bundled' } }),
    ).rejects.toMatchObject({
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
  const startApp = (system: System) => start(cluster, { namespace: 'team-a' }, { system });

  it('with an object in a namespace that the run does not claim is refused before anything is made', async () => {
    cluster.namespace('team-b');
    await expect(startApp(inOwnChart(secret))).rejects.toMatchObject({
      kind: 'usage',
      message: "The Secret key is in the namespace team-b, which is none of the run's: team-a.",
      hint: expect.stringContaining('LabNamespace'),
    });
    expect(cluster.titles).toEqual(['Namespace/team-b']);
  });

  it('may make its namespace, too, and nothing stays behind', async () => {
    const system = await startApp(
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
    const system = await startApp((app, props) => {
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
    await expect(startApp(inOwnChart(priority))).rejects.toMatchObject({
      kind: 'usage',
      message: 'The end of the run would not remove the PriorityClass high.',
    });
    expect(cluster.titles).toEqual([]);
  });
});
