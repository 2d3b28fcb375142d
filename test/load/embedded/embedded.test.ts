import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadRunner } from '../../../lab/model/load-runner';
import { decodeHistogram } from '../../../lab/load/requests';
import { buildOnce } from '../../support/build';
import { eventually } from '../../support/eventually';
import { builtRunners, type Event, record, Scripts } from '../support/runners';
import { startTarget, type Target } from '../support/target';

jest.setTimeout(60_000);

const scripts = new Scripts();
let runner: LoadRunner;
let target: Target;

beforeAll(async () => {
  runner = (await builtRunners()).embedded;
  target = await startTarget();
}, 120_000);

afterAll(() => {
  target?.stop();
  scripts.remove();
});

const get = (query = '') => `http.get(__ENV.URL + '/work${query}')`;

describe('the embedded runner', () => {
  it('reports every second what was scheduled and what happened', async () => {
    const script = scripts.write(`
      import http from 'k6/http';
      const arrivals = { executor: 'constant-arrival-rate', duration: '1950ms', preAllocatedVUs: 20 };
      export const options = { scenarios: {
        victim: { ...arrivals, rate: 10 },
        failing: { ...arrivals, rate: 5, exec: 'failing' },
      } };
      export default function () { ${get('?ms=20')}; }
      export function failing() { ${get('?status=503')}; }`);
    const { summary, loads, requests } = await record(runner, { script, env: { URL: target.url } });

    expect(summary).toMatchObject({ aborted: false, iterations: 30, requests: 30, droppedIterations: 0 });
    expect(loads.findLast((event) => event.scenario === 'victim')).toMatchObject({
      scheduled: 20,
      started: 20,
      completed: 20,
      dropped: 0,
      activeVUs: 0,
    });
    expect(loads.every((event) => event.generatorCpu > 0 && event.generatorDelayMs >= 0)).toBe(true);
    const count = (scenario: string, outcome: string) =>
      requests
        .filter((e) => e.scenario === scenario && e.outcome === outcome)
        .reduce((sum, e) => sum + e.count, 0);
    expect([count('victim', 'ok'), count('failing', 'http_5xx')]).toEqual([20, 10]);
    const victim = requests.find((event) => event.scenario === 'victim')!;
    expect(victim).toMatchObject({ name: '/work', status: 200 });
    const [duration, fromSchedule] = [victim.duration, victim.fromSchedule!].map(decodeHistogram);
    expect(duration!.minNonZeroValue).toBeGreaterThanOrEqual(20_000);
    expect(fromSchedule!.mean).toBeGreaterThanOrEqual(duration!.mean);
    const times = loads.map((event) => event.t);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('loads the script and creates its VUs in prepare(), and sends nothing before run()', async () => {
    const script = scripts.write(`
      import http from 'k6/http';
      export const options = { vus: 1, iterations: 1 };
      console.log('loaded');
      export default function () { ${get()}; }`);
    const events: string[] = [];
    const options = {
      script,
      env: { URL: target.url },
      emit: (event: Event) => void events.push(event.type === 'log' ? event.line : event.type),
    };
    await runner.prepare!(options);
    expect(events).toEqual(['loaded', 'loaded']); // loaded once to read its options, and once for the VU
    const { requests } = await runner.run(options);
    expect(requests).toBe(1);
    expect(events.filter((type) => type === 'requests')).toHaveLength(1);
  });

  it('refuses a wrong script already in prepare()', async () => {
    const script = scripts.write(`export const options = { vus: 'many' }; export default function () {}`);
    const options = { script, env: {}, emit: () => undefined };
    await expect(runner.prepare!(options)).rejects.toMatchObject({ kind: 'usage' });
  });

  it('passes the result of setup() to every VU and to teardown(), and runs each once', async () => {
    const script = scripts.write(`
      export const options = { scenarios: { main: { executor: 'per-vu-iterations', vus: 2, iterations: 1 } } };
      export function setup() { return { word: 'hello', list: [1, 2] }; }
      export default function (data) { console.log('vu got ' + data.word + data.list.length); }
      export function teardown(data) { console.log('teardown got ' + data.word); }`);
    const { logs } = await record(runner, { script });
    expect(logs.map((line) => /(vu|teardown) got .*/.exec(line)?.[0])).toEqual([
      'vu got hello2',
      'vu got hello2',
      'teardown got hello',
    ]);
  });

  it('writes the files of handleSummary and logs its stdout', async () => {
    const path = join(scripts.folder, 'summary.json');
    const script = scripts.write(`
      export const options = { iterations: 3 };
      export default function () {}
      export function handleSummary(data) {
        return { stdout: 'done\\n', [__ENV.OUT]: JSON.stringify(data.metrics.iterations) };
      }`);
    const { logs } = await record(runner, { script, env: { OUT: path } });
    expect(logs).toEqual(['done']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ type: 'counter', values: { count: 3 } });
  });

  it('keeps the load if a file of handleSummary cannot be written, and writes the other outputs', async () => {
    const path = join(scripts.folder, 'second.txt');
    const script = scripts.write(`
      export const options = { iterations: 3 };
      export default function () {}
      export function handleSummary() {
        return { [__ENV.OUT + '/no/such/folder/x.json']: '{}', [__ENV.OUT + '/second.txt']: 'y', stdout: 'done\\n' };
      }`);
    const { logs, summary } = await record(runner, { script, env: { OUT: scripts.folder } });
    expect(summary).toMatchObject({ aborted: false, iterations: 3 });
    expect(readFileSync(path, 'utf8')).toBe('y');
    expect(logs[0]).toBe('done');
    expect(logs.slice(1).join('\n')).toMatch(/could not open '.*\/x\.json': ENOENT/);
  });

  it('keeps the load if teardown() throws, and logs why', async () => {
    const script = scripts.write(`
      export const options = { iterations: 3 };
      export default function () {}
      export function teardown() { throw new Error('still in use'); }`);
    const { logs, summary } = await record(runner, { script });
    expect(summary).toMatchObject({ aborted: false, iterations: 3 });
    expect(logs.join('\n')).toContain('teardown() of the load script failed: Error: still in use');
  });

  it('still writes the outputs of handleSummary if setup() throws', async () => {
    const path = join(scripts.folder, 'after-setup.txt');
    const script = scripts.write(`
      export function setup() { throw new Error('no'); }
      export default function () {}
      export function handleSummary() { return { [__ENV.OUT]: 'written' }; }`);
    await expect(record(runner, { script, env: { OUT: path } })).rejects.toMatchObject({ kind: 'usage' });
    expect(readFileSync(path, 'utf8')).toBe('written');
  });

  it('ends at once when it is aborted, with the summary so far', async () => {
    const script = scripts.write(`
      import { sleep } from 'k6';
      export const options = { vus: 2, duration: '1m' };
      export default function () { console.log('iterating'); sleep(30); }`);
    const controller = new AbortController();
    const startedAt = Date.now();
    const summary = await runner.run({
      script,
      env: {},
      signal: controller.signal,
      emit: (event) => event.type === 'log' && controller.abort(),
    });
    expect(summary).toMatchObject({ aborted: true, iterations: 0 });
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  it('ends when a threshold with abortOnFail is crossed', async () => {
    const script = scripts.write(`
      import { check, sleep } from 'k6';
      export const options = {
        vus: 1, duration: '1m',
        thresholds: { checks: [{ threshold: 'rate>0.9', abortOnFail: true }] },
      };
      export default function () { check(1, { never: () => false }); sleep(0.1); }`);
    const { summary } = await record(runner, { script });
    expect(summary).toMatchObject({ aborted: true, thresholds: { 'checks: rate>0.9': false } });
    expect(summary.durationMs).toBeGreaterThanOrEqual(2000);
    expect(summary.checks.never!.fails).toBeGreaterThan(10);
  });

  it.each([
    [
      'wrong options',
      `export const options = { iterations: -1 }; export default function () {}`,
      'options.iterations is -1',
    ],
    [
      'a setup() that throws',
      `export function setup() { throw new Error('no'); } export default function () {}`,
      'setup()',
    ],
    [
      'a forbidden host',
      `import http from 'k6/http'; export default function () { http.get('http://192.0.2.1/'); }`,
      '192.0.2.1',
    ],
  ])('refuses %s with exit code 2', async (_, source, message) => {
    const run = record(runner, { script: scripts.write(source), allowedHosts: ['127.0.0.1'] });
    await expect(run).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  });

  it('reports how the generator died, with its last output', async () => {
    const script = scripts.write(`const hoard = [];
      export default function () { for (;;) hoard.push({ number: hoard.length }); }`);
    const lab = await startLab(script, { NODE_OPTIONS: '--max-old-space-size=40' });
    const [output] = await once(lab.stdout!, 'data');
    expect(JSON.parse(String(output))).toEqual({
      kind: 'environment',
      message: expect.stringMatching(/died: (SIGABRT|exit code 134)\n[^]*heap out of memory/),
    });
  });

  it.each([
    ['waits', 'sleep(0.02);'],
    ['is in an endless loop', 'while (__ITER > 5);'],
  ])('stops its load after the lab is killed while the script %s', async (_, body) => {
    const script = scripts.write(`
      import http from 'k6/http';
      import { sleep } from 'k6';
      export const options = { vus: 1, duration: '1m' };
      export default function () { ${get()}; ${body} }`);
    const before = await target.hits();
    const lab = await startLab(script);
    await eventually('the load is under way', async () => (await target.hits()) > before + 5, 20_000);
    const [generator] = childrenOf(lab.pid!);
    lab.kill('SIGKILL');
    await eventually('the generator has ended', () => !isAlive(generator!), 20_000);
  });
});

describe('the command line of the embedded generator', () => {
  it.each([
    ['count==3', 0, '✓ iterations: count==3'],
    ['count>3', 99, '✗ iterations: count>3'],
  ])('prints the summary, and ends with the exit code of k6 for %s', async (threshold, exitCode, line) => {
    const script = scripts.write(`
      export const options = { iterations: Number(__ENV.TIMES), thresholds: { iterations: ['${threshold}'] } };
      export default function () {}`);
    const cli = join(await buildOnce(), 'lab/cli/k6-script.js');
    const { status, stdout } = spawnSync(process.execPath, [cli, '-e', 'TIMES=3', script], {
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([exitCode, expect.stringContaining(line)]);
  });

  it.each([
    ['--help', 0, 'stdout', /Usage: k6-script \[options\] <script>/],
    ['--vus', 2, 'stderr', /unknown option '--vus'/],
    ['--env=NAME', 2, 'stderr', /--env "NAME" is not NAME=value\./],
    ['--env', 2, 'stderr', /argument missing/],
    ['missing.js', 2, 'stderr', /missing\.js/],
  ] as const)('answers %s without a stack trace', async (argument, exitCode, stream, text) => {
    const cli = join(await buildOnce(), 'lab/cli/k6-script.js');
    const answer = spawnSync(process.execPath, [cli, argument], { encoding: 'utf8' });
    expect(answer.status).toBe(exitCode);
    expect(answer[stream]).toMatch(text);
    expect(answer.stderr).not.toMatch(/^ +at /m);
  });

  it('ends with the exit code of k6 when the script ends the test in its init context, and says why', async () => {
    const script = scripts.write(`
      import exec from 'k6/execution';
      function need(name) { if (!__ENV[name]) exec.test.abort(name + ' is missing'); }
      try { need('URL_OF_TEST'); } catch {}
      export default function () {}`);
    const cli = join(await buildOnce(), 'lab/cli/k6-script.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, script], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([108, '']);
    expect(stderr).toMatch(/:3:\d+: test aborted: URL_OF_TEST is missing/);
  });

  it.each([
    ['a reader that leaves', '"$@" | true; exit ${PIPESTATUS[0]}', 0, /^$/],
    ['a full disk', '"$@" > /dev/full', 4, /^lab: Cannot write the output: ENOSPC/],
  ])('survives %s', async (_name, pipe, exitCode, says) => {
    const script = scripts.write(`export const options = { iterations: 1 }; export default function () {}`);
    const cli = join(await buildOnce(), 'lab/cli/k6-script.js');
    const args = ['-c', pipe, 'bash', process.execPath, cli, script];
    const { status, stderr } = spawnSync('bash', args, { encoding: 'utf8' });
    expect([status, stderr]).toEqual([exitCode, expect.stringMatching(says)]);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('sends requests only to this machine unless another host is allowed', async () => {
    const script = scripts.write(`
      import http from 'k6/http';
      export const options = { iterations: 1 };
      export default function () { http.get('http://198.51.100.1/', { timeout: '10ms' }); }`);
    const cli = join(await buildOnce(), 'lab/cli/k6-script.js');
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [cli, ...args, script], { encoding: 'utf8' });
    const refused = run();
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/198\.51\.100\.1/);
    expect(run('--allow-target', '198.51.100.1').status).toBe(0);
  });
});

/** A lab in its own process that runs one script and prints its failure. */
async function startLab(script: string, env: Record<string, string> = {}): Promise<ChildProcess> {
  const code = `require(process.argv[1]).embeddedRunner()
    .run({ script: process.argv[2], env: { URL: process.argv[3] }, emit() {} })
    .catch(({ kind, message }) => console.log(JSON.stringify({ kind, message })))`;
  const built = join(await buildOnce(), 'lab/load/index.js');
  return spawn(process.execPath, ['-e', code, built, script, target.url], {
    env: { ...process.env, ...env },
  });
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
