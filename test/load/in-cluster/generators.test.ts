import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeApi } from '../../../lab/engine/kubernetes/api';
import { Generators } from '../../../lab/load/in-cluster/generators';

const RUNNING = { phase: 'Running', podIP: '10.0.0.9' };
const STARTED = { containerStatuses: [{ ready: true, state: { running: {} } }] };
const EVICTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};

let server: Server;
let found: object | undefined;

beforeEach(async () => {
  found = pod();
  server = createServer(({ url }, response) => {
    if (url!.includes('/proxy/')) response.writeHead(503).end('no endpoints available');
    else if (url!.includes('labelSelector')) response.end(JSON.stringify({ items: [pod()], metadata: {} }));
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
  const { port } = server.address() as AddressInfo;
  const options = () => Promise.resolve({});
  const api = new KubeApi({ server: `http://127.0.0.1:${port}`, context: 'fake', options });
  const all = new Generators(api, 'load-testing', {}, 1);
  await all.ready();
  return all;
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
