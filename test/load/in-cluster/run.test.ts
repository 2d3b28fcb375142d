import { join } from 'node:path';
import { parseProps } from '../../../constructs';
import { inClusterRunner } from '../../../lab/load';
import type { LoadOptions } from '../../../lab/model/load-runner';
import { loadPodsOf } from '../../../lab/run/load-pods';
import { FakeCluster, runningContainer } from '../../engine/kubernetes/fake-cluster';

const SCRIPT = join(__dirname, '../../../loadtests/cpu-stress/load.ts');
const GENERATOR = '/api/v1/namespaces/mine/pods/load-pod-0';
const SIDECAR = 'istio-proxy';
/** How much more than a poll a patience must be for the order of events to be certain, ms. */
const PATIENT = { silentMs: 60_000, stopMs: 60_000 };

let cluster: FakeCluster;
/** Samples that the collector has received so far. */
let points: () => number;
let told: string[];

beforeEach(async () => {
  cluster = await FakeCluster.up();
  cluster.namespace('mine');
  cluster.inject = (pod) => {
    const { containers } = pod.spec as { containers: object[] };
    return { ...pod, spec: { ...(pod.spec as object), containers: [{ name: SIDECAR }, ...containers] } };
  };
  points = () => 5;
  told = [];
  cluster.below = (path) => {
    if (path.endsWith('/log')) return '';
    const page = /\/proxy\/(\w+)$/.exec(path)?.[1];
    if (page === undefined) return undefined;
    told.push(page);
    const totals = { requests: 0, iterations: 0, unreadable: 0, points: points() };
    return JSON.stringify(page === 'events' ? { events: [], last: 0, totals } : {});
  };
});
afterEach(() => cluster.close());

function load(patience: { silentMs: number; stopMs: number }, signal?: AbortSignal) {
  const labels = { 'backend-under-load/run': 'run-1' };
  const pods = loadPodsOf(parseProps({}));
  const options: LoadOptions = { script: SCRIPT, env: {}, emit: () => undefined, ...(signal && { signal }) };
  return inClusterRunner({ api: cluster.api(), namespace: 'mine', labels, pods, patience }).run(options);
}

it('a load is over when the container k6 has ended, although an injected sidecar runs on', async () => {
  let asked = 0;
  points = () => {
    if (++asked === 2) {
      const k6 = { name: 'k6', state: { terminated: { exitCode: 0, reason: 'Completed' } } };
      const status = { phase: 'Running', containerStatuses: [runningContainer(SIDECAR), k6] };
      cluster.store(GENERATOR, { ...cluster.objects.get(GENERATOR)!, status });
    }
    return asked;
  };
  expect(await load(PATIENT)).toMatchObject({ aborted: false, requests: 0 });
});

it('a load that sends nothing any more ends with the state of its pod', async () => {
  await expect(load({ ...PATIENT, silentMs: 500 })).rejects.toMatchObject({
    kind: 'environment',
    message:
      'The load generator has sent no sample for 0.5 s, and its container "k6" has not ended: pod load-pod-0: Running, not ready',
  });
});

it('a load that does not stop when it is asked to ends with the state of its pod', async () => {
  const stop = new AbortController();
  points = () => {
    stop.abort();
    return 1;
  };
  await expect(load({ ...PATIENT, stopMs: 500 }, stop.signal)).rejects.toThrow(
    /^The load generator was asked to stop 0.5 s ago, and its container "k6" has not ended/,
  );
  expect(told.filter((page) => page === 'stop')).toEqual(['stop']);
});

it('a quota that refuses the collector is reported with its words and what to do about it', async () => {
  cluster.rules.push((method, _, body) =>
    method === 'POST' && body?.metadata.name === 'load-collector'
      ? {
          status: 403,
          message: 'pods "load-collector" is forbidden: exceeded quota: small, requested: limits.cpu=500m',
        }
      : undefined,
  );
  await expect(load(PATIENT)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^The cluster refuses the load's Pod load-collector: .*exceeded quota: small/,
    ),
    hint: expect.stringContaining('ResourceQuota'),
  });
});

it('a quota that refuses the generator is reported the same way', async () => {
  // The pods of a Job are made without a request.
  cluster.rules.push((method, path, body) =>
    method === 'POST' && path.endsWith('/pods') && body === undefined
      ? {
          status: 403,
          message: 'pods "load-x" is forbidden: failed quota: small: must specify limits.cpu for: k6',
        }
      : undefined,
  );
  await expect(load(PATIENT)).rejects.toMatchObject({
    message: expect.stringContaining('failed quota: small: must specify limits.cpu'),
    hint: expect.stringContaining('ResourceQuota'),
  });
});

it('the load overwrites nothing that the lab did not make', async () => {
  const path = '/api/v1/namespaces/mine/configmaps/load';
  const theirs = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'load', namespace: 'mine' },
    data: { a: 'b' },
  };
  cluster.store(path, theirs);
  await expect(load(PATIENT)).rejects.toMatchObject({
    kind: 'usage',
    message: "There is a ConfigMap load in the namespace mine already, and it is not this run's.",
  });
  expect(cluster.objects.get(path)).toMatchObject({ data: { a: 'b' } });
});
