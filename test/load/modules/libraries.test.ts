import type { SummaryData } from '../../../lab/load/embedded/metrics/summary';
import { htmlReport } from '../../../lab/load/embedded/modules/jslib/html-report';
import { consolidatedOptions } from '../../../lab/load/embedded/options/consolidated';
import { parseOptions } from '../../../lab/load/embedded/options/options';
import { context } from '../script/harness';
import { TargetServer } from '../script/target-server';
import { linesOf, load } from '../script/temp-script';

const jslib = (name: string) => `https://jslib.k6.io/${name}/index.js`;

let server: TargetServer;
beforeEach(async () => (server = await TargetServer.start()));
afterEach(() => server.stop());

/** Runs the body of a default function with an import, and returns the log and the samples of checks. */
async function run(imports: string, body: string) {
  const loaded = await load(`${imports}\nexport default function () { ${body} }`, {
    env: { BASE_URL: server.url },
  });
  await loaded.iterate();
  await loaded.close();
  const checks = loaded.host.samples
    .filter(({ metric }) => metric === 'checks')
    .map(({ value, tags }) => `${value} ${tags.group ? `${tags.group}: ` : ''}${tags.check}`);
  return { lines: loaded.host.lines, checks, samples: loaded.host.samples };
}

describe('k6chaijs', () => {
  const IMPORTS = `
    import http from 'k6/http';
    import chai, { describe, expect, assert } from '${jslib('k6chaijs/4.3.4.3')}';`;

  test('every assertion is a check in the group of its description', async () => {
    const { checks, lines } = await run(
      IMPORTS,
      `const ok = describe('items', () => {
         const r = http.get(__ENV.BASE_URL + '/items');
         expect(r.status, 'status').to.equal(200);
         expect(r).to.have.validJsonBody();
         expect(r.json().items).to.be.an('array').that.has.lengthOf(3);
         assert.isNumber(r.status);
       });
       console.log(ok);`,
    );
    expect(lines).toEqual(['true']);
    expect(checks).toEqual([
      '1 ::items: expected status to equal 200',
      '1 ::items: has valid json body',
      '1 ::items: expected ${this} to be an array',
      "1 ::items: expected ${this} to have property 'length'",
      '1 ::items: expected ${this} to have a length of 3 got ${actual}',
      '1 ::items: expected ${this} to be a number',
    ]);
  });

  test('a failed assertion ends the description, not the iteration', async () => {
    const { checks, lines } = await run(
      IMPORTS,
      `const ok = describe('failing', () => {
         expect(http.get(__ENV.BASE_URL + '/status/500').status, 'status').to.equal(200);
         expect(1).to.equal(2);
       });
       const broken = describe('broken', () => { nothing(); });
       console.log(ok, broken);`,
    );
    expect(checks).toEqual([
      '0 ::failing: expected status to equal 200',
      '0 ::broken: Exception raised "ReferenceError: nothing is not defined"',
    ]);
    expect(lines.at(-1)).toBe('false false');
    expect(lines[0]).toMatch(/^error: Exception raised in test "broken"/);
  });

  test('chai.config chooses messages with values, and logs failures', async () => {
    const settings = `${IMPORTS} chai.config.aggregateChecks = false; chai.config.logFailures = true;`;
    const reset = 'chai.config.aggregateChecks = true; chai.config.logFailures = false;';
    const { checks, lines } = await run(
      settings,
      `describe('values', () => expect(500, 'status').to.equal(200)); ${reset}`,
    );
    expect(checks).toEqual(['0 ::values: status: expected 500 to equal 200']);
    expect(lines).toEqual(['warning: status: expected 500 to equal 200']);
  });

  test('assertions of two VUs at the same time are checks of their own groups', async () => {
    const loaded = await load(
      `${IMPORTS}
      export default function () {
        describe('vu ' + __VU, () => {
          const chain = expect(http.get(__ENV.BASE_URL + '/slow?ms=' + (__VU === 1 ? 100 : 20)).status, 'status');
          chain.to.equal(200);
        });
      }`,
      { env: { BASE_URL: server.url } },
    );
    const other = loaded.script.createVU(2);
    await Promise.all([loaded.vu.iterate(context()), other.iterate(context())]);
    await Promise.all([loaded.close(), other.close()]);
    const groups = loaded.host.samples
      .filter(({ metric }) => metric === 'checks')
      .map(({ tags }) => tags.group);
    expect(groups.sort()).toEqual(['::vu 1', '::vu 2']);
  });
});

test('expect: a chain of checks that ends at the first failure', async () => {
  const { checks, lines } = await run(
    `import http from 'k6/http'; import { describe } from '${jslib('expect/0.0.5')}';`,
    `const ok = describe('items', (t) => {
       const r = http.get(__ENV.BASE_URL + '/items');
       t.expect(r.status).as('status').toEqual(200).and(r).toHaveValidJson().and(r.json().items.length).toBeBetween(1, 3);
       t.expect(r.status).as('status').toBeLessThan(100).and(1).toEqual(1);
     });
     console.log(ok);`,
  );
  expect(lines).toEqual(['false']);
  expect(checks).toEqual([
    '1 ::items: status is 200.',
    `1 ::items: ${server.url}/items has valid json response`,
    '1 ::items: 3 is between 1 - 3',
    '0 ::items: status is less than 100',
  ]);
});

test('httpx: a session sends its base URL, headers and tags with every request, also from a helper', async () => {
  const { lines, samples } = await run(
    `import { Rate } from 'k6/metrics';
     import { Httpx, Get } from '${jslib('httpx/0.1.0')}';
     const errors = new Rate('errors');
     const session = new Httpx({ baseURL: __ENV.BASE_URL, headers: { 'X-Team': 'a' }, tags: { flow: 'shop' }, errorMetric: errors });
     class Api { constructor(session) { this.session = session; } read(path) { return this.session.get(path); } }`,
    `const api = new Api(session);
     session.addHeader('X-User', 'b');
     console.log(api.read('/items').json('items.#'), session.post('/echo', 'hello').json().body);
     console.log(session.get('/status/404').status, session.delete('/items').status);
     const [one, two] = session.batch([['GET', '/items/1'], new Get('/items/2')]);
     console.log(one.json().id, two.json().id, typeof session.lastRequestChainDuration);
     try { session.request('BREW', '/'); } catch (error) { console.log(String(error)); }`,
  );
  expect(lines).toEqual([
    '3 hello',
    '404 200',
    '1 2 number',
    'Error: Invalid method: BREW. Expected one of GET,HEAD,POST,PUT,DELETE,CONNECT,OPTIONS,TRACE,PATCH',
  ]);
  expect(
    server.seen.map(({ method, url, headers }) => [method, url, headers['x-team'], headers['x-user']]),
  ).toEqual([
    ['GET', '/items', 'a', 'b'],
    ['POST', '/echo', 'a', 'b'],
    ['GET', '/status/404', 'a', 'b'],
    ['DELETE', '/items', 'a', 'b'],
    ['GET', '/items/1', 'a', 'b'],
    ['GET', '/items/2', 'a', 'b'],
  ]);
  const requests = samples.filter(({ metric }) => metric === 'http_reqs');
  expect(requests.every(({ tags }) => tags.flow === 'shop')).toBe(true);
  expect(samples.filter(({ metric }) => metric === 'errors').map(({ value }) => value)).toEqual([0, 0, 1, 0]);
});

test('formdata: fields and files become a multipart body', async () => {
  await run(
    `import http from 'k6/http'; import { FormData } from '${jslib('formdata/0.0.2')}';`,
    `const form = new FormData();
     form.append('name', 'Ada');
     form.append('file', http.file('bytes', 'a.txt', 'text/csv'));
     http.post(__ENV.BASE_URL + '/echo', form.body(), { headers: { 'Content-Type': 'multipart/form-data; boundary=' + form.boundary } });`,
  );
  const { body, headers } = server.seen[0]!;
  const boundary = headers['content-type']!.replace('multipart/form-data; boundary=', '');
  expect(body.split(`--${boundary}`)).toEqual([
    '',
    '\r\nContent-Disposition: form-data; name="name"\r\nContent-Type: text/plain\r\n\r\nAda\r\n',
    '\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/csv\r\n\r\nbytes\r\n',
    '--\r\n',
  ]);
});

test('papaparse reads and writes CSV', async () => {
  const lines = await linesOf(`
    import papaparse from '${jslib('papaparse/5.1.1')}';
    import { SharedArray } from 'k6/data';
    const users = new SharedArray('users', () => papaparse.parse('name,age\\nAda,36\\n"B, C",7', { header: true }).data);
    export default function () {
      console.log(users.length, users[1].name, papaparse.unparse([['a', 'b c'], [1, 'x,y']]));
    }`);
  expect(lines).toEqual(['2 B, C a,b c\r\n1,"x,y"']);
});

test('url has URL and URLSearchParams', async () => {
  const lines = await linesOf(`
    import { URL, URLSearchParams } from '${jslib('url/1.0.0')}';
    export default function () {
      const url = new URL('/a?b=1', 'http://x.example');
      url.searchParams.append('c', 'd e');
      console.log(url.toString(), new URLSearchParams([['q', 'ü']]).toString());
    }`);
  expect(lines).toEqual(['http://x.example/a?b=1&c=d+e q=%C3%BC']);
});

test('k6-utils knows the stages of the scenario', async () => {
  const loaded = await load(`
    import { getCurrentStageIndex, tagWithCurrentStageProfile, parseDuration, normalDistributionStages } from '${jslib('k6-utils/1.4.0')}';
    import exec from 'k6/execution';
    export const options = { scenarios: { default: { executor: 'ramping-vus', stages: [
      { duration: '1m', target: 5 }, { duration: '30s', target: 5 }, { duration: '10s', target: 0 } ] } } };
    export default function () {
      tagWithCurrentStageProfile();
      console.log(getCurrentStageIndex(), exec.vu.metrics.tags.stage_profile, parseDuration('1m30s'));
      console.log(normalDistributionStages(10, 60, 3).map(({ duration, target }) => duration + ' ' + target).join(', '));
    }`);
  const { script } = loaded;
  script.consolidate(
    consolidatedOptions(script.options, parseOptions(script.options, script.execs), script.systemTags),
  );
  for (const secondsAgo of [10, 70, 95, 1000])
    await loaded.iterate({ scenarioStartTime: Date.now() - secondsAgo * 1000 });
  await loaded.close();
  const curve = '10s 2, 14s 10, 14s 10, 14s 2, 10s 0';
  expect(loaded.host.lines).toEqual(
    ['0 ramp-up 90000', '1 steady 90000', '2 ramp-down 90000', '2 ramp-down 90000'].flatMap((line) => [
      line,
      curve,
    ]),
  );
});

describe('the HTML reporter', () => {
  const checks = [{ name: '<b>ok</b>', path: '::<b>ok</b>', id: '1', passes: 2, fails: 1 }];
  const data: SummaryData = {
    root_group: { name: '', path: '', id: '', groups: [], checks },
    options: { summaryTrendStats: ['avg'], summaryTimeUnit: '', noColor: true },
    state: { isStdOutTTY: false, isStdErrTTY: false, testRunDurationMs: 1000 },
    metrics: {
      http_reqs: { type: 'counter', contains: 'default', values: { count: 12, rate: 1.2 } },
      http_req_failed: { type: 'rate', contains: 'default', values: { rate: 0.25, passes: 3, fails: 9 } },
      http_req_duration: {
        type: 'trend',
        contains: 'time',
        values: { avg: 12.345 },
        thresholds: { 'avg<10': { ok: false } },
      },
    },
    setup_data: undefined,
  };

  test('shows requests, failures, breached thresholds and checks', () => {
    const page = htmlReport(data, { title: 'My test' });
    for (const cells of [
      '<td>Total requests</td><td>12</td>',
      '<td>Failed requests</td><td>3</td>',
      '<td>Breached thresholds</td><td>1</td>',
      '<td>Failed checks</td><td>1</td>',
      '<tr class="failed"><td>http_req_duration</td><td>12.35</td>',
      '<h1>My test</h1>',
    ])
      expect(page).toContain(cells);
  });

  test('escapes the names of checks', () => {
    expect(htmlReport(data)).toContain('<td>&lt;b&gt;ok&lt;/b&gt;</td><td>2</td><td>1</td>');
  });

  test.each([
    'raw.githubusercontent.com/benc-uk/k6-reporter/2.4.0/dist/bundle.js',
    'raw.githubusercontent.com/benc-uk/k6-reporter/refs/heads/main/dist/bundle.js',
    'github.com/benc-uk/k6-reporter/raw/main/dist/bundle.js',
    'cdn.jsdelivr.net/gh/benc-uk/k6-reporter/dist/bundle.js',
    'cdn.jsdelivr.net/gh/benc-uk/k6-reporter@3.0.4/dist/bundle.js',
  ])('is imported by its address %s', async (address) => {
    const loaded = await load(`
      import { htmlReport } from 'https://${address}';
      export default function () {}
      export function handleSummary(data) { return { 'summary.html': htmlReport(data) }; }`);
    const outputs = await loaded.script.handleSummary!(data, new AbortController().signal);
    await loaded.close();
    expect(outputs!['summary.html']).toContain('<!doctype html>');
  });
});

describe('an import that is not supported is refused with the reason', () => {
  test.each([
    ['k6/browser', 'the load generator has no browser'],
    ['k6/experimental/browser', 'the load generator has no browser'],
    ['k6/x/sql', 'extensions of k6 are compiled into k6'],
    ['k6/net/grpc', 'the load generator does not speak gRPC'],
    ['https://jslib.k6.io/aws/0.12.3/s3.js', 'the load generator fetches no modules'],
    [
      'https://cdn.jsdelivr.net/gh/someone/k6-reporter/dist/bundle.js',
      'the load generator fetches no modules',
    ],
    ['https://example.com/lib.js', 'the load generator fetches no modules'],
    ['lodash', 'is not supported'],
  ])('%s', async (specifier, why) => {
    const loading = load(`import x from '${specifier}';\nexport default function () {}`);
    await expect(loading).rejects.toThrow(/script-\d+\.js:1:15: the import '/);
    await expect(loading).rejects.toThrow(`'${specifier}' is not supported`);
    await expect(loading).rejects.toThrow(why);
  });
});
