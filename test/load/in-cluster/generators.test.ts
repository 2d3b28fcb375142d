import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeApi } from '../../../lab/engine/kubernetes/api';
import { Generators } from '../../../lab/load/in-cluster/generators';

const RUNNING = { phase: 'Running', podIP: '10.0.0.9' };
const STARTED = { containerStatuses: [{ name: 'k6', ready: true, state: { running: {} } }] };
const EVICTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};

let server: Server;
let found: object | undefined;
/** The pods that a list shows, and the warnings of the cluster. */
let pods: object[];
let warnings: object[];

beforeEach(async () => {
  found = pod();
  pods = [pod()];
  warnings = [];
  server = createServer(({ url }, response) => {
    if (url!.includes('/proxy/')) response.writeHead(503).end('no endpoints available');
    else if (url!.includes('/events')) response.end(JSON.stringify({ items: warnings, metadata: {} }));
    else if (url!.includes('labelSelector')) response.end(JSON.stringify({ items: pods, metadata: {} }));
    else if (found) response.end(JSON.stringify(found));
    else response.writeHead(404).end('{"reason":"NotFound","message":"pods \\"load-1\\" not found"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function pod(status: object = {}, metadata: object = {}) {
  return { metadata: { name: 'load-1', ...metadata }, status: { ...RUNNING, ...STARTED, ...status } };
}

async function generators(): Promise<Generators> {
  const all = unready();
  await all.ready();
  return all;
}

function unready(deadlineMs?: number): Generators {
  const { port } = server.address() as AddressInfo;
  const options = () => Promise.resolve({});
  const api = new KubeApi({ server: `http://127.0.0.1:${port}`, context: 'fake', options });
  return new Generators(api, 'load-testing', {}, 1, deadlineMs);
}

it.each([
  ['evicted', () => pod({ conditions: [EVICTED] }), 'EvictionByEvictionAPI: Eviction API: evicting'],
  ['being deleted', () => pod({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), 'it is being deleted'],
  ['gone', () => undefined, 'it is gone'],
])('a generator that is %s ends the load with the reason', async (_, now, why) => {
  const all = await generators();
  expect(await all.ended()).toBeUndefined();
  found = now();
  await expect(all.ended()).rejects.toMatchObject({
    message: `The cluster removed the load generator load-1: ${why}`,
    kind: 'environment',
  });
});

it("a lost collector ends the load with the cluster's words", async () => {
  const all = await generators();
  await expect(all.events(0, false)).rejects.toMatchObject({
    message: "The load's collector does not answer: no endpoints available",
    kind: 'environment',
  });
});

const SIDECAR = { name: 'istio-proxy', ready: true, restartCount: 0, state: { running: {} } };

describe('beside an injected sidecar, which comes first in the lists', () => {
  const ended = (exitCode: number) => ({
    name: 'k6',
    state: { terminated: { exitCode, reason: 'Completed' } },
  });

  it('a generator has ended when its own container has, although the sidecar runs on', async () => {
    pods = [pod({ containerStatuses: [SIDECAR, { name: 'k6', ready: true, state: { running: {} } }] })];
    const all = await generators();
    found = pod({ containerStatuses: [SIDECAR, { name: 'k6', ready: true, state: { running: {} } }] });
    expect(await all.ended()).toBeUndefined();
    found = pod({ containerStatuses: [SIDECAR, ended(99)] });
    expect(await all.ended()).toEqual([expect.objectContaining({ exitCode: 99 })]);
  });

  it('a generator that does not start is reported after the deadline, by the container that is missing', async () => {
    const waiting = { reason: 'PodInitializing' };
    pods = [pod({ containerStatuses: [SIDECAR, { name: 'k6', ready: false, state: { waiting } }] })];
    await expect(unready(10).ready()).rejects.toMatchObject({
      message: 'The pod of load did not start: pod load-1: container k6: PodInitializing',
      kind: 'environment',
    });
  });

  it('a sidecar whose image cannot be pulled ends the wait', async () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "istio/proxyv2"' };
    pods = [pod({ containerStatuses: [{ ...SIDECAR, ready: false, state: { waiting } }] })];
    await expect(unready().ready()).rejects.toThrow(/container istio-proxy: ImagePullBackOff: Back-off/);
  });
});

describe('a quota that refuses the generator', () => {
  const refused = (resourceVersion: string) => ({
    metadata: { name: 'load.1', resourceVersion },
    reason: 'FailedCreate',
    message: 'Error creating: pods "load-x" is forbidden: exceeded quota: small, requested: limits.cpu=1',
    involvedObject: { kind: 'Job', name: 'load' },
  });

  it('ends the wait, with its words and what to do about a quota', async () => {
    pods = [];
    warnings = [refused('7')];
    await expect(unready().ready()).rejects.toMatchObject({
      message: expect.stringContaining('exceeded quota: small'),
      hint: expect.stringMatching(/ResourceQuota.*load\.generator/s),
    });
  });

  it('in an earlier run in the same namespace does not end the wait', async () => {
    pods = [];
    warnings = [refused('7')];
    const all = unready(10);
    await all.forgetWarnings();
    await expect(all.ready()).rejects.toThrow('The pod of load did not start: there is none');
    warnings = [refused('8')];
    await expect(all.ready()).rejects.toThrow(/exceeded quota/);
  });
});

it('generators that do not end are reported in the words of their pods', async () => {
  const all = await generators();
  expect(await all.endless('has sent no sample for 150 s')).toMatchObject({
    message: expect.stringMatching(
      /^The load generator has sent no sample for 150 s, and its container "k6" has not ended: pod load-1: /,
    ),
    kind: 'environment',
  });
});
