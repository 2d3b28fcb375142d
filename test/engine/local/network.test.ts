import { createServer, type AddressInfo, type Server } from 'node:net';
import { claimNetwork, type Network } from '../../../lab/engine/local/network';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function claim(options: Parameters<typeof claimNetwork>[0]): Promise<Network> {
  const network = await claimNetwork(options);
  open.push(network);
  return network;
}

function listen(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => resolve(server));
    open.push(server);
  });
}

// Start positions that no other test uses at the same time.
const start = () => Math.random();

test('each pod has its own address and the port of its manifest', async () => {
  const network = await claim({ ports: [], mode: 'block' });
  const [a, b] = [network.allocate(), network.allocate()];
  expect(a.address).toMatch(/^127\.(6[4-9]|[789]\d|1[01]\d|12[0-7])\.\d+\.\d+$/);
  expect(a.address).not.toBe(b.address);
  expect([a.port(8000), b.port(8000)]).toEqual([8000, 8000]);
  await Promise.all([listen(a.address, 8000), listen(b.address, 8000)]);
});

test.each(['block', 'single'] as const)(
  'labs that start at the same time never share addresses (%s)',
  async (mode) => {
    const from = start();
    const labs = await Promise.all(Array.from({ length: 8 }, () => claim({ ports: [], mode, start: from })));
    const places = labs.map((lab) => lab.allocate()).map((host) => `${host.address}:${host.port(8000)}`);
    expect(new Set(places).size).toBe(labs.length);
  },
);

test('a block is free again after its lab closes', async () => {
  const from = start();
  const first = await claimNetwork({ ports: [], mode: 'block', start: from });
  const { address } = first.allocate();
  await first.close();
  const second = await claim({ ports: [], mode: 'block', start: from });
  expect(second.allocate().address).toBe(address);
});

test('different ports are used if a port of the manifests is taken on all addresses', async () => {
  const taken = ((await listen('0.0.0.0', 0)).address() as AddressInfo).port;
  const network = await claim({ ports: [taken] });
  expect(network.mode).toBe('single');
  const host = network.allocate();
  expect(host.address).toBe('127.0.0.1');
  expect(host.port(taken)).not.toBe(taken);
  expect(host.port(taken)).toBe(host.port(taken));
  await listen(host.address, host.port(taken));
});

test('a lab that requires a block reports the unavailable ports', async () => {
  const taken = ((await listen('0.0.0.0', 0)).address() as AddressInfo).port;
  await expect(claimNetwork({ ports: [taken], mode: 'block' })).rejects.toMatchObject({
    message: `no free loopback addresses for ports ${taken}`,
    kind: 'environment',
  });
});

test.each(['block', 'single'] as const)(
  'addresses run out with an error and are available again after their release (%s)',
  async (mode) => {
    const network = await claim({ ports: [], mode });
    const host = network.allocate();
    host.port(1);
    const takeAll = () => {
      for (;;) network.allocate().port(1);
    };
    expect(takeAll).toThrow(/in use/);
    host.release();
    expect(() => network.allocate().port(1)).not.toThrow();
  },
);
