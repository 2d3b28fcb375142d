import { k6Runner } from '../../../lab/load';
import { requires } from '../../support/requirements';
import { record, Scripts } from '../support/runners';

jest.setTimeout(60_000);

const scripts = new Scripts();
afterAll(() => scripts.remove());

it('a missing k6 causes an error that says how to get it', async () => {
  const run = record(k6Runner('no-such-k6'), { script: 'load.js' });
  await expect(run).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('"no-such-k6" cannot be run'),
    hint: expect.stringContaining('Install it'),
  });
});

requires('k6')('the k6 runner', () => {
  it('ends when it is aborted, with the summary so far', async () => {
    const script = scripts.write(`
      import { sleep } from 'k6';
      export const options = { vus: 2, duration: '1m' };
      export default function () { console.log('iterating'); sleep(30); }`);
    const controller = new AbortController();
    const summary = await k6Runner().run({
      script,
      env: {},
      signal: controller.signal,
      emit: (event) => event.type === 'log' && controller.abort(),
    });
    expect(summary).toMatchObject({ aborted: true, iterations: 0 });
  });

  it('reports that a threshold with abortOnFail ended the test', async () => {
    const script = scripts.write(`
      import { check, sleep } from 'k6';
      export const options = {
        vus: 1, duration: '1m',
        thresholds: { checks: [{ threshold: 'rate>0.9', abortOnFail: true }] },
      };
      export default function () { check(1, { never: () => false }); sleep(0.1); }`);
    const { summary } = await record(k6Runner(), { script });
    expect(summary).toMatchObject({ aborted: true, thresholds: { 'checks: rate>0.9': false } });
  });

  it.each([
    ['marks the test as failed', `exec.test.fail('bad')`, ''],
    ['throws in teardown()', '', `throw new Error('still in use')`],
  ])('keeps the load of a script that %s', async (_, iteration, teardown) => {
    const script = scripts.write(`
      import exec from 'k6/execution';
      export const options = { iterations: 3 };
      export default function () { ${iteration} }
      export function teardown() { ${teardown} }`);
    const { summary } = await record(k6Runner(), { script });
    expect(summary).toMatchObject({ aborted: false, iterations: 3 });
  });

  it('fails when setup() throws, because there was no load', async () => {
    const script = scripts.write(
      `export function setup() { throw new Error('no'); } export default function () {}`,
    );
    await expect(record(k6Runner(), { script })).rejects.toMatchObject({ kind: 'usage' });
  });

  it.each([
    [
      'wrong options',
      `export const options = { iterations: -1 }; export default function () {}`,
      'k6 ended with 104',
    ],
    ['a syntax error', `export default function ( {`, 'k6 ended with'],
    [
      'a forbidden host',
      `import http from 'k6/http'; export default function () { http.get('http://192.0.2.1/'); }`,
      'calls http://192.0.2.1/, which is not allowed',
    ],
  ])('refuses %s with exit code 2', async (_, source, message) => {
    const run = record(k6Runner(), { script: scripts.write(source), allowedHosts: ['127.0.0.1'] });
    await expect(run).rejects.toMatchObject({ kind: 'usage', message: expect.stringContaining(message) });
  });
});
