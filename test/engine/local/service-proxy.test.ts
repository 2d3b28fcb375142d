import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { claimNetwork, type Network } from '../../../lab/engine/local/network';
import { drop, ServicePort, type Endpoint } from '../../../lab/engine/local/service-proxy';

const PORT = 8000;
let network: Network;
let service: ServicePort;
let servers: Server[];

beforeEach(async () => {
  network = await claimNetwork({ ports: [PORT], mode: 'block' });
  service = new ServicePort(network.allocate().address, PORT);
  servers = [];
});
afterEach(async () => {
  await service.close();
  for (const server of servers) server.close();
  await network.close();
});

/** A pod that handles every connection with `serve`. */
async function pod(name: string, serve: (socket: Socket) => void): Promise<Endpoint> {
  const { address } = network.allocate();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  servers.push(server);
  server.listen({ port: PORT, host: address, backlog: 4096 });
  await once(server, 'listening');
  return { pod: name, address, port: PORT };
}

const sayName = (name: string) => pod(name, (socket) => socket.end(name));
const echo = (name: string) => pod(name, (socket) => socket.pipe(socket));

function dial(): Socket {
  const socket = connect({ host: service.address, port: service.port, allowHalfOpen: true });
  socket.on('error', () => undefined);
  return socket;
}

async function read(socket = dial()): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** The error code that ends a connection; undefined after a normal end. */
function errorOf(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once('close', () => resolve(undefined));
  });
}

test('connections go to all ready endpoints and to no others', async () => {
  const [a, b, c] = await Promise.all([sayName('a'), sayName('b'), sayName('c')]);
  await service.setEndpoints([a!, b!]);
  const answers = await Promise.all(Array.from({ length: 60 }, () => read()));
  expect(new Set(answers)).toEqual(new Set(['a', 'b']));
  await service.setEndpoints([c!]);
  expect(await read()).toBe('c');
});

test('connections are refused until there is a ready endpoint', async () => {
  const a = await sayName('a');
  expect(await errorOf(dial())).toBe('ECONNREFUSED');
  await service.setEndpoints([a]);
  expect(await read()).toBe('a');
  await service.setEndpoints([]);
  expect(await errorOf(dial())).toBe('ECONNREFUSED');
  await service.setEndpoints([a]);
  expect(await read()).toBe('a');
});

test('an endpoint that stops being ready keeps its connections', async () => {
  await service.setEndpoints([await echo('a')]);
  const socket = dial();
  socket.write('one');
  await once(socket, 'data');
  await service.setEndpoints([]);
  socket.write('two');
  expect(String((await once(socket, 'data'))[0])).toBe('two');
  socket.destroy();
});

test('a half-closed connection still carries the answer', async () => {
  const answer = await pod('a', (socket) => {
    let asked = '';
    socket.on('data', (chunk) => (asked += String(chunk)));
    socket.on('end', () => socket.end(`heard ${asked}`));
  });
  await service.setEndpoints([answer]);
  const socket = dial();
  socket.end('hello');
  expect(await read(socket)).toBe('heard hello');
});

test('a reset by the pod reaches the client', async () => {
  await service.setEndpoints([
    await pod('a', (socket) => socket.once('data', () => socket.resetAndDestroy())),
  ]);
  const socket = dial();
  socket.write('x');
  expect(await errorOf(socket)).toBe('ECONNRESET');
});

test('a reset by the client reaches the pod', async () => {
  let seen: Promise<string | undefined> | undefined;
  await service.setEndpoints([
    await pod('a', (socket) => {
      seen = errorOf(socket);
      socket.write('hello');
      socket.resume();
    }),
  ]);
  const socket = dial();
  await once(socket, 'data');
  socket.resetAndDestroy();
  expect(await seen).toBe('ECONNRESET');
});

test('only the connections of a dead pod are reset', async () => {
  const [a, b] = await Promise.all([echo('a'), echo('b')]);
  const connected = async (endpoint: Endpoint) => {
    await service.setEndpoints([endpoint]);
    const socket = dial();
    socket.write('x');
    await once(socket, 'data');
    return socket;
  };
  const [toA, toB] = [await connected(a!), await connected(b!)];
  const error = errorOf(toA);
  service.reset('a');
  expect(await error).toBe('ECONNRESET');
  toB.write('still');
  expect(String((await once(toB, 'data'))[0])).toBe('still');
  toB.destroy();
});

test('a connection is closed even while it is opening or closing', async () => {
  const { address } = await pod('a', (socket) => socket.resume());
  for (const prepare of ['connecting', 'ending', 'open']) {
    const socket = connect({ host: address, port: PORT });
    socket.on('error', () => undefined);
    if (prepare !== 'connecting') await once(socket, 'connect');
    if (prepare === 'ending') socket.end('last words');
    const closed = once(socket, 'close');
    drop(socket);
    await closed;
  }
});

test('a pod that accepts no connection resets the client', async () => {
  await service.setEndpoints([{ pod: 'gone', address: network.allocate().address, port: PORT }]);
  expect(await errorOf(dial())).toBe('ECONNRESET');
});

test('a Service carries 1000 simultaneous connections in both directions', async () => {
  await service.setEndpoints([await echo('a')]);
  const sockets = Array.from({ length: 1000 }, dial);
  // All clients have an answer before the first connection ends, so all are open at the same time.
  const first = await Promise.all(
    sockets.map(async (socket, index) => {
      socket.write(`hello ${index}\n`);
      return String((await once(socket, 'data'))[0]);
    }),
  );
  expect(first).toEqual(sockets.map((_, index) => `hello ${index}\n`));
  const rest = await Promise.all(
    sockets.map((socket) => {
      socket.end('x'.repeat(10_000));
      return read(socket);
    }),
  );
  expect(new Set(rest.map((text) => text.length))).toEqual(new Set([10_000]));
});

test('a taken port causes an error', async () => {
  const other = createServer().listen(PORT, service.address);
  servers.push(other);
  await once(other, 'listening');
  await expect(service.setEndpoints([{ pod: 'a', address: service.address, port: 1 }])).rejects.toThrow(
    'EADDRINUSE',
  );
});

test('closing a Service ends its listener and its connections', async () => {
  await service.setEndpoints([await echo('a')]);
  const socket = dial();
  socket.write('x');
  await once(socket, 'data');
  const error = errorOf(socket);
  await service.close();
  expect(await error).toBe('ECONNRESET');
  expect(await errorOf(dial())).toBe('ECONNREFUSED');
});
