import { RateLimit } from '../../../lab/load/embedded/modules/net/rate-limit';
import { logsInBothRunners } from '../script/both-runners';
import { context } from '../script/harness';
import { TargetServer } from '../script/target-server';
import { load } from '../script/temp-script';
import { CLIENT, SecureTarget, SERVER } from '../support/secure-target';

let server: TargetServer;
let secure: SecureTarget;

beforeAll(async () => {
  server = await TargetServer.start();
  secure = await SecureTarget.start({ requestCert: true, rejectUnauthorized: false, ca: [CLIENT.cert] });
});
afterAll(() => Promise.all([server.stop(), secure.stop()]));

const env = () => ({
  PORT: new URL(server.url).port,
  TLS_PORT: String(secure.port),
  CERT: CLIENT.cert,
  KEY: CLIENT.key,
});

const script = (options: string, body: string) => `
  import http from 'k6/http';
  export const options = ${options};
  export default function () { ${body} }`;

const SKIP = 'insecureSkipTLSVerify: true';
const tlsGet = (then: string) => `
  const r = http.get('https://127.0.0.1:' + __ENV.TLS_PORT);
  console.log(r.status, ${then});`;

describe('the options of the network', () => {
  logsInBothRunners(
    [
      {
        name: 'hosts gives names an address, and a port, of their own',
        source: script(
          `{ hosts: { 'app.test': '127.0.0.1', '*.wild.test': '127.0.0.1:' + __ENV.PORT, 'x.wild.test:81': '127.0.0.1:1' } }`,
          `for (const url of ['http://APP.test:' + __ENV.PORT, 'http://a.b.wild.test', 'http://x.wild.test:81']) {
             const r = http.get(url + '/items');
             console.log(r.status, r.remote_ip, r.error_code);
           }`,
        ),
        lines: ['200 127.0.0.1 0', '200 127.0.0.1 0', '0  1212'],
      },
      {
        name: 'hosts leaves the Host header and the name for TLS as they are',
        source: script(
          `{ ${SKIP}, hosts: { 'secure.test': '127.0.0.1:' + __ENV.TLS_PORT } }`,
          `console.log(http.get('https://secure.test/').body);`,
        ),
        lines: ['nobody secure.test secure.test'],
      },
      {
        name: 'without insecureSkipTLSVerify an unknown authority is an error',
        source: script('{}', tlsGet('r.error_code, r.tls_version')),
        lines: ['0 1310 '],
      },
      {
        name: 'insecureSkipTLSVerify accepts any certificate',
        source: script(`{ ${SKIP} }`, tlsGet('r.tls_version, r.tls_cipher_suite, r.body')),
        lines: ['200 tls1.3 TLS_AES_256_GCM_SHA384 nobody 127.0.0.1 no name'],
      },
      {
        name: 'tlsVersion chooses one version',
        source: script(`{ ${SKIP}, tlsVersion: 'tls1.2' }`, tlsGet('r.tls_version')),
        lines: ['200 tls1.2'],
      },
      {
        name: 'tlsVersion chooses a range of versions',
        source: script(`{ ${SKIP}, tlsVersion: { min: 'tls1.0', max: 'tls1.2' } }`, tlsGet('r.tls_version')),
        lines: ['200 tls1.2'],
      },
      ...[
        ['tls1.2', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
        ['tls1.2', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
        ['tls1.3', 'TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'],
      ].map(([version, offered, used]) => ({
        name: `tlsCipherSuites ${offered} with ${version}`,
        source: script(
          `{ ${SKIP}, tlsVersion: '${version}', tlsCipherSuites: ['${offered}'] }`,
          tlsGet('r.tls_version, r.tls_cipher_suite'),
        ),
        lines: [`200 ${version} ${used}`],
      })),
      {
        name: 'tlsAuth sends the certificate of the client',
        source: script(`{ ${SKIP}, tlsAuth: [{ cert: __ENV.CERT, key: __ENV.KEY }] }`, tlsGet('r.body')),
        lines: ['200 the client 127.0.0.1 no name'],
      },
    ],
    env,
  );
});

test('of several client certificates, the one for the domain is sent', async () => {
  const pairs = [
    { ...SERVER, domains: ['other.test'] },
    { ...CLIENT, domains: ['*.secure.test', 'secure.test'] },
  ];
  const options = `{ ${SKIP}, hosts: { 'secure.test': '127.0.0.1:${secure.port}' }, tlsAuth: ${JSON.stringify(pairs)} }`;
  const loaded = await load(script(options, `console.log(http.get('https://secure.test/').body);`));
  await loaded.iterate();
  await loaded.close();
  expect(loaded.host.lines).toEqual(['the client secure.test secure.test']);
});

test('a metric of a request over TLS is tagged with the TLS version', async () => {
  const loaded = await load(script(`{ ${SKIP} }`, tlsGet('1')), { env: env() });
  await loaded.iterate();
  await loaded.close();
  const [sample] = loaded.host.samples.filter(({ metric }) => metric === 'http_reqs');
  expect(sample!.tags.tls_version).toBe('tls1.3');
});

test('a rate limit reserves evenly spaced times, and saves none for later', () => {
  const limit = new RateLimit(50);
  expect([0, 0, 5, 1000, 1000].map((now) => limit.reserve(now))).toEqual([0, 20, 35, 0, 20]);
});

test('rps limits the requests of all VUs together', async () => {
  const get = `http.get('http://127.0.0.1:' + __ENV.PORT + '/items');`;
  const loaded = await load(script('{ rps: 1 }', get), { env: env() });
  const other = loaded.script.createVU(2);
  const start = performance.now();
  await loaded.iterate();
  await Promise.all([loaded.iterate(), other.iterate(context())]);
  const elapsedMs = performance.now() - start;
  await Promise.all([loaded.close(), other.close()]);
  expect(loaded.host.requests).toHaveLength(3);
  expect(elapsedMs).toBeGreaterThanOrEqual(2 * 1000);
});

describe('the hosts that a load may go to are judged by the address in the option hosts', () => {
  const get = (name: string, address: string) =>
    script(`{ hosts: { '${name}': '${address}' } }`, `console.log(http.get('http://${name}/items').status);`);

  test('a name that stands for an allowed address is allowed', async () => {
    const loaded = await load(get('app.test', `127.0.0.1:${env().PORT}`), { allowedHosts: ['127.0.0.1'] });
    await loaded.iterate();
    await loaded.close();
    expect(loaded.host.lines).toEqual(['200']);
  });

  test('an allowed name that stands for another address is refused', async () => {
    const loaded = await load(get('localhost', '127.0.0.2'), { allowedHosts: ['localhost'] });
    await expect(loaded.iterate()).rejects.toThrow(
      'requests to localhost (127.0.0.2 by the option hosts) are not allowed',
    );
    await loaded.close();
  });
});

describe('a wrong value is refused with the option and what is allowed', () => {
  test.each([
    [`{ hosts: { 'a.test': 'b.test' } }`, `the option 'hosts.a.test' is "b.test": an IP address`],
    [`{ hosts: { 'a.test': '127.0.0.1:70000' } }`, 'an IP address'],
    [`{ hosts: { 'a/b': '127.0.0.1' } }`, 'an object of IP addresses by host name'],
    [`{ rps: 1.5 }`, `the option 'rps' is 1.5`],
    [`{ tlsVersion: 'ssl3.0' }`, 'one of tls1.0, tls1.1, tls1.2, tls1.3'],
    [`{ tlsVersion: { min: 'tls1.3', max: 'tls1.2' } }`, 'a range whose min is not above its max'],
    [`{ tlsCipherSuites: ['TLS_RSA_WITH_RC4_128_SHA'] }`, 'one of TLS_RSA_WITH_AES_128_CBC_SHA, '],
    [`{ tlsAuth: [{ cert: 'x', key: 'y' }] }`, 'a certificate with its key'],
    [
      `{ tlsAuth: [${JSON.stringify(CLIENT)}, ${JSON.stringify(SERVER)}] }`,
      'one certificate, or several that each name their domains',
    ],
  ])('%s', async (options, message) => {
    await expect(load(script(options, ''))).rejects.toThrow(message);
  });
});
