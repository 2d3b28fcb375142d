import { IterationInterrupted } from '../../../lab/load/embedded/vu';
import { LabError } from '../../../lab/model/errors';
import { eventually } from '../../support/eventually';
import { context } from './harness';
import { TargetServer } from './target-server';
import { linesOf, load, type Loaded } from './temp-script';

let server: TargetServer;
beforeEach(async () => (server = await TargetServer.start()));
afterEach(() => server.stop());

describe('VUs are isolated from each other', () => {
  test('each has its own globals, cookies and connection, and shared arrays are created once', async () => {
    const loaded = await load(
      `import http from 'k6/http';
       import { SharedArray } from 'k6/data';
       const shared = new SharedArray('s', () => { console.log('made'); return [{ a: 1 }]; });
       let count = 0;
       export const options = { noCookiesReset: true };
       export default function () {
         globalThis.seen = (globalThis.seen ?? 0) + 1;
         http.cookieJar().set(__ENV.BASE_URL, 'vu', String(__VU));
         const body = http.get(__ENV.BASE_URL + '/echo').status;
         console.log(__VU, __ITER, ++count, globalThis.seen, shared[0].a);
       }`,
      { env: { BASE_URL: server.url } },
    );
    const other = loaded.script.createVU(2);
    try {
      await loaded.iterate();
      await other.iterate(context());
      await loaded.iterate({ iterationInVU: 1 });
    } finally {
      await other.close();
      await loaded.close();
    }
    expect(loaded.host.lines).toEqual(['made', '1 0 1 1 1', '2 0 1 1 1', '1 1 2 2 1']);
    expect(server.seen.map(({ headers }) => headers.cookie)).toEqual(['vu=1', 'vu=2', 'vu=1']);
    expect(server.seen.map(({ connection }) => connection)).toEqual([1, 2, 1]);
  });

  test('each gets its own copy of the setup data', async () => {
    const loaded = await load(
      `export default function (data) { data.n++; console.log(data.n); }
       export function setup() { return { n: 0 }; }`,
    );
    const data = await loaded.script.setup!(new AbortController().signal);
    await loaded.iterate({ setupData: data });
    await loaded.iterate({ setupData: data });
    await loaded.script.createVU(2).iterate(context({ setupData: data }));
    await loaded.close();
    expect(loaded.host.lines).toEqual(['1', '2', '1']);
    expect(data).toEqual({ n: 0 });
  });

  test('each sees the environment of its scenario', async () => {
    const loaded = await load(`export default function () { console.log(__ENV.A, __ENV.B); }`, {
      env: { A: '1' },
    });
    await loaded.iterate({ env: { B: '2' } });
    await loaded.iterate({ env: { A: '3' } });
    await loaded.close();
    expect(loaded.host.lines).toEqual(['1 2', '3 undefined']);
  });
});

describe('an interrupted iteration', () => {
  const INTERRUPTIBLE = `
    import http from 'k6/http';
    import { sleep } from 'k6';
    export default function () {
      try {
        console.log('begun');
        __ENV.SLEEP ? sleep(60) : http.get(__ENV.BASE_URL + '/slow?ms=60000');
        console.log('went on');
      } catch (error) { console.log('caught'); } finally { console.log('finally'); }
    }`;

  async function interrupted(loaded: Loaded, begun: () => boolean): Promise<unknown> {
    const abort = new AbortController();
    const iteration = loaded.iterate({ signal: abort.signal }).catch((error: unknown) => error);
    await eventually('the iteration has begun', begun);
    abort.abort();
    return iteration;
  }

  test('ends its request, which k6 does not count, and runs no more of the script', async () => {
    const loaded = await load(INTERRUPTIBLE, { env: { BASE_URL: server.url } });
    const result = await interrupted(loaded, () => server.seen.length === 1);
    expect(result).toBeInstanceOf(IterationInterrupted);
    expect(loaded.host.lines).toEqual(['begun']);
    expect(loaded.host.requests).toEqual([]);
    expect(loaded.host.values('http_reqs')).toEqual([]);
    expect(loaded.host.values('data_sent')[0]).toBeGreaterThan(0);
    await eventually('its connection is closed', () => server.connectionsOpen === 0);
    await loaded.close();
  });

  test('ends its sleep, runs on to the next blocking call, and the VU then serves the next iteration', async () => {
    const loaded = await load(INTERRUPTIBLE, { env: { BASE_URL: server.url } });
    const result = await interruptedSleep(loaded);
    expect(result).toBeInstanceOf(IterationInterrupted);
    expect(await interrupted(loaded, () => server.seen.length === 1)).toBeInstanceOf(IterationInterrupted);
    expect(loaded.host.lines).toEqual(['begun', 'went on', 'finally', 'begun']);
    await loaded.close();
  });

  async function interruptedSleep(loaded: Loaded): Promise<unknown> {
    const abort = new AbortController();
    const env = { SLEEP: '1' };
    const iteration = loaded.iterate({ signal: abort.signal, env }).catch((error: unknown) => error);
    setImmediate(() => abort.abort());
    return iteration;
  }

  test('adds no samples after its sleep was ended', async () => {
    const loaded = await load(`
      import { check, sleep } from 'k6';
      import { Counter } from 'k6/metrics';
      const made = new Counter('made');
      export default function () {
        sleep(60);
        check(1, { one: true });
        made.add(1);
        sleep(60);
        console.log('never');
      }`);
    const result = await interruptedSleep(loaded);
    expect(result).toBeInstanceOf(IterationInterrupted);
    expect([loaded.host.values('checks'), loaded.host.values('made'), loaded.host.lines]).toEqual([
      [],
      [],
      [],
    ]);
    await loaded.close();
  });

  test('aborted by exec.test.abort tells the host and runs no more code', async () => {
    const loaded = await load(`
      import exec from 'k6/execution';
      function stop() { exec.test.abort('enough'); }
      export default function () { stop(); console.log('went on'); }`);
    await expect(loaded.iterate()).rejects.toBeInstanceOf(IterationInterrupted);
    expect(loaded.host.aborts).toEqual(['test aborted: enough']);
    expect(loaded.host.lines).toEqual([]);
    await loaded.close();
  });

  test('sends no more requests if its code is running', async () => {
    const loaded = await load(INTERRUPTIBLE, { env: { BASE_URL: server.url } });
    const abort = new AbortController();
    loaded.host.log = () => void abort.abort();
    await expect(loaded.iterate({ signal: abort.signal })).rejects.toBeInstanceOf(IterationInterrupted);
    await loaded.script.createVU(2).iterate(context({ env: { BASE_URL: `${server.url}/fast?` } }));
    expect(server.seen.map(({ url }) => url)).toEqual(['/fast?/slow?ms=60000']);
    await loaded.close();
  });

  test('runs nothing if it was aborted before it began', async () => {
    const loaded = await load(`export default function () { console.log('ran'); }`);
    await expect(loaded.iterate({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      IterationInterrupted,
    );
    expect(loaded.host.lines).toEqual([]);
    await loaded.close();
  });
});

describe('a VU', () => {
  test('never sleeps less than requested', async () => {
    const sleeps = [0.4, 1, 2.5, 7.3];
    const loaded = await load(`
      import { sleep } from 'k6';
      export default function () {
        for (const ms of ${JSON.stringify(sleeps)}) {
          console.log('begin');
          sleep(ms / 1000);
          console.log('end');
        }
      }`);
    const times: number[] = [];
    loaded.host.log = () => void times.push(performance.now());
    await loaded.iterate();
    await loaded.close();
    const early = sleeps.filter((ms, index) => times[2 * index + 1]! - times[2 * index]! < ms - 0.05);
    expect([times.length, early]).toEqual([8, []]);
  });

  test.each([
    ['k6', `'a'.replace(/a/, sleep)`, 4],
    [
      'k6 that is bound',
      `[0.001].sort(sleep.bind(null, 0.001)); 'a'.replace(/a/, sleep.bind(null, 0.001))`,
      4,
    ],
    ['k6 in a list', `JSON.stringify([1], [sleep][0])`, 4],
  ])(
    'refuses a function of %s that cannot be awaited, with the line of its call',
    async (_name, code, line) => {
      const loaded = await load(
        `import { sleep } from 'k6';\nexport async function unused() {}\nexport default function () {\n  ${code};\n}`,
      );
      const error: unknown = await loaded.iterate().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(LabError);
      expect((error as LabError).message).toMatch(new RegExp(`script-\\d+\\.js:${line}:\\d+: `));
      await loaded.close();
    },
  );

  test('reports the call that was not awaited, not the exception that followed from it', async () => {
    const code = `'a'.replace(/a/, wait); null.status;`;
    const source = `
      import { sleep } from 'k6';
      const wait = new Map([['wait', () => { sleep(0.001); return 1; }]]).get('wait');
      export function setup() { if (__ENV.PART === 'setup') { ${code} } }
      export default function () { ${code} }
      export function teardown() { ${code} }`;
    const loaded = await load(source, { env: { PART: 'setup' } });
    const { signal } = new AbortController();
    const problem = { kind: 'usage', message: expect.stringContaining('cannot wait') as string };
    await expect(loaded.iterate()).rejects.toMatchObject(problem);
    await expect(loaded.script.setup!(signal)).rejects.toMatchObject(problem);
    await expect(loaded.script.teardown!(undefined, signal)).rejects.toMatchObject(problem);
    await loaded.close();
  });

  test('reports the call that was not awaited when a timer throws because of it', async () => {
    const loaded = await load(`
      import { sleep } from 'k6';
      const wait = new Map([['wait', () => { sleep(0.001); return 1; }]]).get('wait');
      export default function () { setTimeout(() => { 'a'.replace(/a/, wait); null.status; }, 1); }`);
    await expect(loaded.iterate()).rejects.toMatchObject({ kind: 'usage' });
    await loaded.close();
  });

  test('keeps the globals that the script defines from other VUs', async () => {
    const loaded = await load(`
      export default function () { globalThis.seen = (globalThis.seen ?? 0) + 1; console.log(seen); }`);
    const other = loaded.script.createVU(2);
    await loaded.iterate();
    await other.iterate(context());
    expect(loaded.host.lines).toEqual(['1', '1']);
    expect('seen' in globalThis).toBe(false);
    await other.close();
    await loaded.close();
  });

  test.each([
    ['a comparator', `[2, 1].sort(compare)`],
    ['a replacement', `'a'.replace(/a/, compare)`],
    ['a getter that is defined by a call', `Object.defineProperty({}, 'label', { get: compare }).label`],
  ])('refuses a blocking call by %s, which cannot wait, with the line', async (_name, code) => {
    const loaded = await load(`
      import { sleep } from 'k6';
      const calls = new Map([['wait', () => { sleep(0.001); return 1; }]]);
      const compare = calls.get('wait');
      export async function unused() {}
      export default function () { ${code}; }`);
    const error: unknown = await loaded.iterate().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).message).toMatch(/script-\d+\.js:\d+:\d+: /);
    await loaded.close();
  });

  test('waits for its pending requests and timers', async () => {
    const lines = await linesOf(
      `import http from 'k6/http';
       export default function () {
         http.asyncRequest('GET', __ENV.BASE_URL + '/slow?ms=30').then((r) => console.log(r.body));
         setTimeout(() => console.log('timer'), 5);
         console.log('end');
       }`,
      { BASE_URL: server.url },
    );
    expect(lines).toEqual(['end', 'timer', 'slow']);
  });

  test('draws random numbers that a seed determines', async () => {
    const script = `
      import { randomSeed } from 'k6';
      import { randomIntBetween, randomString, findBetween } from 'https://jslib.k6.io/k6-utils/1.4.0/index.js';
      export default function () {
        randomSeed(7);
        console.log(Math.random(), randomIntBetween(5, 9), randomString(8), findBetween('<a><b>', '<', '>', true));
      }`;
    const [first] = await linesOf(script);
    expect(await linesOf(script)).toEqual([first]);
    expect(first).toMatch(/^0\.\d+ [5-9] [a-z]{8} \[ "a", "b" \]$/);
  });
});
