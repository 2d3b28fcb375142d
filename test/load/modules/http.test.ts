import type { RequestDone } from '../../../lab/load/requests';
import { TargetServer } from '../script/target-server';
import { load } from '../script/temp-script';

let server: TargetServer;
beforeEach(async () => (server = await TargetServer.start()));
afterEach(() => server.stop());

/** Runs code, which can use `http` and `BASE`, as one iteration. */
async function run(code: string, options: { allowedHosts?: string[]; exports?: string } = {}) {
  const source = `
    import http from 'k6/http';
    import { sleep } from 'k6';
    const BASE = __ENV.BASE_URL;
    ${options.exports ?? ''}
    export default function () { ${code} }`;
  const loaded = await load(source, { env: { BASE_URL: server.url }, allowedHosts: options.allowedHosts });
  try {
    await loaded.iterate();
    return loaded.host;
  } finally {
    await loaded.close();
  }
}

describe('the outcome of a request distinguishes the mechanism', () => {
  test.each<[string, string, Partial<RequestDone>]>([
    ['ok', `http.get(BASE + '/items?x=1')`, { outcome: 'ok', status: 200, name: '/items' }],
    ['a name', `http.get(BASE + '/items', { tags: { name: 'list' } })`, { outcome: 'ok', name: 'list' }],
    ['a template', 'http.get(http.url`${BASE}/items/${3}`)', { outcome: 'ok', name: '${}/items/${}' }],
    ['4xx', `http.get(BASE + '/status/404')`, { outcome: 'http_4xx', status: 404 }],
    ['5xx', `http.get(BASE + '/status/503')`, { outcome: 'http_5xx', status: 503 }],
    ['timeout', `http.get(BASE + '/slow?ms=5000', { timeout: 50 })`, { outcome: 'timeout', status: 0 }],
    ['closed before the response', `http.post(BASE + '/close')`, { outcome: 'reset', status: 0 }],
    ['closed in the response', `http.get(BASE + '/half')`, { outcome: 'reset', status: 0 }],
    ['reset', `http.get(BASE + '/reset')`, { outcome: 'reset', status: 0 }],
    ['refused', `http.get('http://127.0.0.1:1/x')`, { outcome: 'refused', status: 0, name: '/x' }],
    ['no URL', `http.get('undefined/x')`, { outcome: 'other', status: 0 }],
  ])('%s', async (_name, code, expected) => {
    const host = await run(code);
    expect(host.requests).toMatchObject([{ scenario: 'default', ...expected }]);
    expect(host.values('http_req_failed')).toEqual([expected.outcome === 'ok' ? 0 : 1]);
  });

  test('a timed-out request lasts as long as its timeout', async () => {
    const { requests } = await run(`http.get(BASE + '/slow?ms=5000', { timeout: '1s' })`);
    // A duration begins with the sending; connecting counts towards the timeout.
    expect(requests[0]!.durationMs).toBeGreaterThan(500);
  });
});

describe('connections', () => {
  test('an idle connection closed by the server causes no failure', async () => {
    const source = `
      import http from 'k6/http';
      export default function () { console.log(http.get(__ENV.BASE_URL + '/items').status); }`;
    const loaded = await load(source, { env: { BASE_URL: server.url } });
    for (let i = 0; i < 5; i++) {
      await loaded.iterate();
      server.closeIdle();
    }
    await loaded.close();
    expect(loaded.host.lines).toEqual(Array(5).fill('200'));
    expect(server.connectionsOpened).toBe(5);
  });

  test('a reused connection that breaks before the response causes one retry of a repeatable request', async () => {
    const host = await run(
      `http.get(BASE + '/'); http.get(BASE + '/close-reused'); http.post(BASE + '/close-reused', 'x');`,
    );
    expect(host.requests.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'reset']);
    expect(server.seen.map(({ method, connection }) => `${method} ${connection}`)).toEqual([
      'GET 1',
      'GET 1',
      'GET 2',
      'POST 2',
    ]);
  });

  test('are reused unless the script forbids it', async () => {
    await run(
      `http.get(BASE + '/'); http.head(BASE + '/'); http.request('GET', BASE + '/echo', 'body'); http.post(BASE + '/echo', 'x')`,
    );
    expect(server.connectionsOpened).toBe(1);
    await run(`http.get(BASE + '/'); http.get(BASE + '/')`, {
      exports: 'export const options = { noConnectionReuse: true };',
    });
    expect(server.connectionsOpened).toBe(3);
  });

  test('are limited to batchPerHost in a batch', async () => {
    await run(`http.batch(Array(9).fill(BASE + '/slow?ms=10'))`, {
      exports: 'export const options = { batchPerHost: 2 };',
    });
    expect(server.seen).toHaveLength(9);
    expect(server.connectionsOpened).toBe(2);
  });

  test('take time to connect only once', async () => {
    const host = await run(`http.get(BASE + '/'); http.get(BASE + '/')`);
    const [first, second] = host.values('http_req_connecting');
    expect(first).toBeGreaterThan(0);
    expect(second).toBe(0);
    const [duration] = host.values('http_req_duration');
    const parts = ['sending', 'waiting', 'receiving'].map((name) => host.values(`http_req_${name}`)[0]!);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(duration!, 6);
  });

  test('have their traffic counted once per iteration', async () => {
    const host = await run(`http.post(BASE + '/echo', 'x'.repeat(1000))`);
    expect(host.values('data_sent')[0]).toBeGreaterThan(1000);
    expect(host.values('data_received')[0]).toBeGreaterThan(1000);
  });
});

describe('hosts that are not allowed', () => {
  const allowedHosts = ['localhost'];

  test('are refused with host, file and line', async () => {
    const outcome = run(`try { http.get(BASE + '/'); } catch (error) { console.log('caught'); }`, {
      allowedHosts,
    });
    await expect(outcome).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(
        /script-\d+\.js:6:\d+: requests to 127\.0\.0\.1 are not allowed/,
      ) as string,
      hint: expect.stringContaining('localhost') as string,
    });
    expect(server.seen).toEqual([]);
  });

  test('are refused as redirect targets', async () => {
    const url = server.url.replace('127.0.0.1', 'localhost');
    const elsewhere = `http.get('${url}/redirect-to?url=http://127.0.0.2/')`;
    await expect(run(elsewhere, { allowedHosts })).rejects.toThrow(
      /requests to 127\.0\.0\.2 are not allowed/,
    );
  });
});

test('an unsupported feature ends the test with its place in the script', async () => {
  await expect(run(`http.get(BASE + '/', { auth: 'ntlm' })`)).rejects.toThrow(
    /script-\d+\.js:6:\d+: auth 'ntlm'/,
  );
  await expect(run(`http.get(BASE + '/', { compression: 'gzip' })`)).rejects.toThrow(
    /script-\d+\.js:6:\d+: compression 'gzip'/,
  );
});

test('compressed bodies are decoded', async () => {
  const host = await run(
    `for (const how of ['gzip', 'deflate', 'br']) console.log(http.get(BASE + '/compressed/' + how).body)`,
  );
  expect(host.lines).toEqual(['packed', 'packed', 'packed']);
});
