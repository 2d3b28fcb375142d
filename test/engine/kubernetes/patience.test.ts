import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, KubeApi, Unanswered } from '../../../lab/engine/kubernetes/api';
import { ApiOutage } from '../../../lab/engine/kubernetes/api-outage';
import { ObjectWatch } from '../../../lab/engine/kubernetes/object-watch';
import { Scraper } from '../../../lab/engine/kubernetes/scrape';
import { takeDown } from '../../../lab/engine/kubernetes/take-down';
import { API_SERVER } from '../../../lab/model/events';
import { pod, RUNNING } from './pods';

/** Long enough to restart a server on any machine; no test waits this long. */
const PATIENT_MS = 60_000;
const IMPATIENT_MS = 500;
const PODS = '/api/v1/namespaces/load-testing/pods';

/** An API server that can break its connections, go away and return at the same address. */
class FakeApiServer {
  private server?: Server;
  private port = 0;
  /** Requests sent or attempted. */
  attempts = 0;

  constructor(private readonly answer: RequestListener) {}

  async up(patienceMs = PATIENT_MS): Promise<KubeApi> {
    this.server = createServer(this.answer).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
    const server = `http://127.0.0.1:${this.port}`;
    const options = () => {
      this.attempts++;
      return Promise.resolve({});
    };
    return new KubeApi({ server, context: 'fake', options }, patienceMs);
  }

  async away(): Promise<void> {
    this.server?.closeAllConnections();
    if (this.server?.listening) await new Promise((closed) => this.server!.close(closed));
  }
}

const servers: FakeApiServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.away())));

function fake(answer: RequestListener): FakeApiServer {
  const server = new FakeApiServer(answer);
  servers.push(server);
  return server;
}

const json =
  (body: object): RequestListener =>
  (_, response) =>
    response.end(JSON.stringify(body));

describe('outage with the API server', () => {
  it('a call made during an outage is answered when the server returns', async () => {
    const server = fake(json({ gitVersion: 'v1' }));
    const api = await server.up();
    await server.away();
    const answer = api.json('GET', '/version');
    await expect(api.json('GET', '/version', { once: true })).rejects.toThrow('ECONNREFUSED');
    await server.up();
    expect(await answer).toEqual({ gitVersion: 'v1' });
  });

  it('a call fails with the length of the silence if the server stays away, and the next call fails at once', async () => {
    const server = fake(json({}));
    const api = await server.up(IMPATIENT_MS);
    await api.json('GET', '/version');
    await server.away();
    const failure = await api.json('GET', '/version').catch((error: unknown) => error as Unanswered);
    expect(failure).toBeInstanceOf(Unanswered);
    expect(failure).toMatchObject({ kind: 'environment' });
    expect((failure as Error).message).toMatch(/context "fake" has not answered for \d+ s: .*ECONNREFUSED/);
    server.attempts = 0;
    await expect(api.json('GET', '/version')).rejects.toBeInstanceOf(Unanswered);
    expect(server.attempts).toBe(1);
  });

  it('a take-down during an outage reports what remains and how to remove it', async () => {
    const server = fake(json({}));
    const api = await server.up(IMPATIENT_MS);
    await server.away();
    await expect(takeDown(api, 'load-testing', 'run-1')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^What run run-1 created is still there, in the namespace load-testing\./,
      ),
      hint: expect.stringContaining('npx lab clean --engine kubernetes -n load-testing'),
    });
  });

  it('a refusal is not retried', async () => {
    const server = fake((_, response) =>
      response.writeHead(403).end('{"reason":"Forbidden","message":"no"}'),
    );
    const api = await server.up();
    await expect(api.json('GET', '/version')).rejects.toBeInstanceOf(ApiError);
    expect(server.attempts).toBe(1);
  });

  it('a lost API server is distinguished from pods that do not answer', async () => {
    const pods = new Map([['backend-1', pod(RUNNING)]]);
    pods.get('backend-1')!.metadata.annotations = { 'prometheus.io/scrape': 'true' };
    const server = fake((_, response) => response.writeHead(503).end('no route to the pod'));
    const scraper = new Scraper(await server.up(), 'load-testing');
    const unreachable = await scraper.scrape(pods, 1000);
    expect(Object.keys(unreachable.failed)).toEqual(expect.arrayContaining([expect.stringMatching(/^node/)]));
    expect(unreachable.failed).not.toHaveProperty([API_SERVER]);
    await server.away();
    expect((await scraper.scrape(pods, 1000)).failed).toHaveProperty([API_SERVER]);
  });

  it('an outage is reported once when it begins and once when it ends, and the watch then catches up', async () => {
    let replicas = ['backend-1'];
    const server = fake(({ url }, response) => {
      if (url!.includes('watch=true')) return void response.flushHeaders();
      const items = replicas.map((name) => ({ metadata: { name } }));
      response.end(JSON.stringify({ items, metadata: { resourceVersion: '1' } }));
    });
    const api = await server.up();
    const told: string[] = [];
    const outage = new ApiOutage((line) => told.push(line));
    let isBack: () => void;
    const back = new Promise<void>((resolve) => (isBack = resolve));
    const watched = new ObjectWatch(api, PODS, undefined, {
      change: () => undefined,
      error: (error) => outage.began(error),
      recovered: () => {
        outage.ended();
        isBack();
      },
    });
    await watched.start();
    await server.away();
    replicas = ['backend-2'];
    await expect(api.json('GET', PODS, { once: true })).rejects.toThrow();
    await server.up();
    await back;
    await watched.close();
    expect([...watched.byName.keys()]).toEqual(['backend-2']);
    expect(told).toEqual([
      expect.stringMatching(/^the API server does not answer: /),
      expect.stringMatching(/^the API server answers again, after \d+ s$/),
    ]);
  });
});
