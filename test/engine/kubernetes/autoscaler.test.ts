import { synthesize } from '../../../constructs';
import { kubernetesEngine } from '../../../lab/engine/kubernetes';
import { FakeCluster } from './fake-cluster';

const PATH = '/apis/autoscaling/v2/namespaces/mine/horizontalpodautoscalers/backend';
const WITHOUT = {
  type: 'ScalingActive',
  status: 'False',
  reason: 'FailedGetResourceMetric',
  message: 'the HPA was unable to compute the replica count: failed to get cpu utilization',
};
let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.up();
});
afterEach(() => cluster.close());

/** The lines of the engine's log, and the series of the autoscaler's condition that are 1. */
async function observe(startDeadlineMs: number): Promise<{ lines: string[]; status: string[] }> {
  const lines: string[] = [];
  const engine = kubernetesEngine({ api: cluster.api(), run: 'run-1', startDeadlineMs });
  const objects = synthesize({ namespace: 'mine', autoscaling: { enabled: true } });
  const system = await engine.up(objects, {
    emit: (event) => event.type === 'log' && lines.push(event.line),
  });
  const { samples } = await system.scrape(1000);
  await system.down();
  const found = samples.filter(({ name, value }) => /horizontalpodautoscaler/.test(name) && value === 1);
  return { lines, status: found.map(({ labels }) => labels.status!) };
}

/** The cluster's controller: it evaluates the autoscaler as soon as it is there. */
function evaluates(condition: object): void {
  const { store } = cluster;
  cluster.store = (path, object) => {
    const status = path === PATH ? { conditions: [condition] } : object.status;
    store.call(cluster, path, { ...object, ...(status && { status }) });
  };
}

it('an autoscaler without metrics is waited for up to a deadline, and then reported with its reason', async () => {
  evaluates(WITHOUT);
  const { lines, status } = await observe(1000);
  expect(lines).toEqual([
    `the autoscaler backend has no metrics: FailedGetResourceMetric: ${WITHOUT.message}`,
  ]);
  expect(status).toEqual(['false']);
});

it('an autoscaler that nobody evaluates is reported, too', async () => {
  const { lines, status } = await observe(1000);
  expect(lines).toEqual(['the autoscaler backend has no metrics: it has not been evaluated yet']);
  expect(status).toEqual(['unknown']);
});

it('an autoscaler with metrics is not waited for', async () => {
  evaluates({ type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: '' });
  expect(await observe(60_000)).toEqual({ lines: [], status: ['true'] });
});
