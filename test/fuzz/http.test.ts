import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { TestProcess } from '../service/support';
import { runs, TIMEOUT_MS } from './effort';

jest.setTimeout(TIMEOUT_MS);

/** The time that both servers allow for headers, plus their check interval and a slow machine. */
const HEADERS_DEADLINE_MS = 10_000 + 10_000;
/** No request here asks for more than a second of work. */
const ANSWER_DEADLINE_MS = 15_000;

/** Without its dependencies, their routes answer 502 and 503. No route may answer 500. */
const UNREACHABLE = { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: 1, DOWNSTREAM_URL: 'http://127.0.0.1:1' };
const WITHOUT_DEPENDENCY = [502, 503];

const CORPUS = join(__dirname, 'corpus', 'http');
const corpus = readdirSync(CORPUS).map((name): [string, string] => [
  name,
  readFileSync(join(CORPUS, name), 'latin1'),
]);

const servers = ['service', 'downstream'] as const;
const processes = new Map<string, TestProcess>();
beforeAll(async () => {
  for (const name of servers) {
    processes.set(name, await TestProcess.start(name, name === 'service' ? UNREACHABLE : {}));
  }
});
afterAll(() => TestProcess.killAll());

/** Sends raw bytes and ends the stream. @returns everything received until the connection ended. */
function exchange(target: TestProcess, bytes: string | Buffer): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connect(Number(new URL(target.url).port), '127.0.0.1');
    let answer = '';
    const late = setTimeout(() => {
      socket.destroy();
      failed(
        new Error(`no end after ${ANSWER_DEADLINE_MS} ms; so far ${JSON.stringify(answer.slice(0, 200))}`),
      );
    }, ANSWER_DEADLINE_MS);
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    // The server may close the connection before all bytes are sent.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(late);
      done(answer);
    });
    socket.end(bytes);
  });
}

function statusesIn(answer: string): number[] {
  return [...answer.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

async function survives(target: TestProcess, bytes: string | Buffer): Promise<void> {
  const statuses = statusesIn(await exchange(target, bytes));
  expect(statuses.filter((status) => status >= 500 && !WITHOUT_DEPENDENCY.includes(status))).toEqual([]);
  expect(target.child.exitCode).toBeNull();
}

const ROUTES = [
  ...['/api/fast', '/api/ping', '/health', '/ready', '/metrics', '/api/cpu-intensive', '/api/memory-leak'],
  ...[
    '/api/memory-reset',
    '/api/cascade-failure',
    '/api/price',
    '/api/db-pool-exhaust',
    '/api/order',
    '/api/slow',
  ],
  ...[
    '/work',
    '/',
    '*',
    '//',
    '/api',
    '/api/fast/',
    'http://elsewhere/api/fast',
    '/%00',
    '/api/%2e%2e/health',
  ],
];
const PARAMETERS = [
  'complexity',
  'seed',
  'size_mb',
  'concurrent_queries',
  'id',
  'delay',
  '__proto__',
  'toString',
  'x',
];
const VALUES = [
  ...[
    '',
    '0',
    '1',
    '-1',
    '1e3',
    '1.5',
    'NaN',
    'Infinity',
    '99999999999999999999',
    '0x10',
    ' 1',
    '1;drop table orders',
  ],
  ...['%', '%zz', '%00', '%F0%9F%98%80', '[]', '{}', "'", '"', 'true', 'null', '１'],
];

const query = fc
  .array(fc.tuple(fc.constantFrom(...PARAMETERS), fc.oneof(fc.constantFrom(...VALUES), fc.string())), {
    maxLength: 3,
  })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value.replace(/[\r\n ]/g, '+')}`).join('&'));

const requests = fc
  .record({
    method: fc.oneof(
      fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'get'),
      fc.string(),
    ),
    path: fc.oneof(fc.constantFrom(...ROUTES), fc.webPath()),
    query,
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', ''),
    headers: fc.array(
      fc.oneof(
        fc.constantFrom('Host: a', 'Content-Length: 5', 'Content-Length: -1', 'Transfer-Encoding: chunked'),
        fc.constantFrom('Expect: 100-continue', 'Connection: Upgrade', 'Range: bytes=9-1', 'Accept: ', ': x'),
        fc.string({ unit: 'binary' }),
      ),
      { maxLength: 5 },
    ),
    body: fc.oneof(fc.constantFrom('', 'hello', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '{"a":'), fc.string()),
  })
  .map(
    ({ method, path, query: parameters, version, headers, body }) =>
      `${method} ${path}?${parameters} ${version}\r\n${['Connection: close', ...headers].join('\r\n')}\r\n\r\n${body}`,
  );

describe.each(servers)('given any client input, the %s', (name) => {
  const target = () => processes.get(name)!;
  afterEach(async () => expect((await target().get('/health')).status).toBe(200));

  it.each(corpus)('survives the corpus input %s', (_, bytes) =>
    survives(target(), Buffer.from(bytes, 'latin1')),
  );

  it('ends every connection, never answers 500, and keeps running', async () => {
    await fc.assert(
      fc.asyncProperty(requests, (bytes) => survives(target(), bytes)),
      runs(150),
    );
  });

  it('ends every connection that sends bytes other than HTTP', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(bytes, (nonsense) => survives(target(), nonsense)),
      runs(100),
    );
  });

  it('refuses headers of more than 16 KiB with 431', async () => {
    const answer = await exchange(
      target(),
      `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`,
    );
    expect(statusesIn(answer)).toEqual([431]);
  });

  it('refuses a target of more than 16 KiB with 431', async () => {
    const answer = await exchange(target(), `GET /health?${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`);
    expect(statusesIn(answer)).toEqual([431]);
  });
});

test('both servers cut off a client that sends its headers byte by byte, with 408', async () => {
  const slowloris = (target: TestProcess): Promise<string> =>
    new Promise((done, failed) => {
      const socket = connect(Number(new URL(target.url).port), '127.0.0.1');
      let answer = '';
      socket.write('GET /health HTTP/1.1\r\nHost: a\r\n');
      const drip = setInterval(() => socket.write('X: y\r\n'), 500);
      const late = setTimeout(() => {
        clearInterval(drip);
        socket.destroy();
        failed(new Error(`still open after ${HEADERS_DEADLINE_MS} ms`));
      }, HEADERS_DEADLINE_MS);
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearInterval(drip);
        clearTimeout(late);
        done(answer);
      });
    });
  const answers = await Promise.all(servers.map((name) => slowloris(processes.get(name)!)));
  expect(answers.map(statusesIn)).toEqual([[408], [408]]);
});
