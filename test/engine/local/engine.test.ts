import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseExposition } from '../../../lab/engine/exposition';
import { listRuns } from '../../../lab/engine/local/lifetime';
import { eventually } from '../../support/eventually';
import { app, Lab, SERVER } from './support';

const lab = new Lab();
afterEach(() => lab.end());

const METRICS = `${SERVER}
  answer['/metrics'] = (request, response) => response.end('# TYPE a counter\\na{pod="mine"} 7\\nbroken{ 1\\n');`;

const refused = (url: string) =>
  new Promise<boolean>((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) }, () => resolve(false));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.once('connect', () => socket.destroy());
  });

const runsHere = () => listRuns().filter(({ labPid }) => labPid === process.pid);

test('two systems from the same manifests run side by side', async () => {
  const systems = await Promise.all([lab.up(app(), SERVER), lab.up(app(), SERVER)]);
  const [a, b] = systems.map((system) => system.endpoint('app'));
  expect(a).not.toBe(b);
  for (const url of [a!, b!]) expect((await fetch(url)).status).toBe(200);
});

test('the same manifests run on one address with different ports', async () => {
  const caller = `${SERVER}
    answer['/call'] = (request, response) =>
      fetch(process.env.TARGET).then((got) => got.text()).then((text) => response.end(text), (error) => response.end(String(error)));`;
  const env = [
    { name: 'PORT', value: '8000' },
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'TARGET', value: 'http://app.test.svc:8000' },
  ];
  const system = await lab.up(app({ container: { env } }), caller, { network: 'single' });
  expect(system.endpoint('app')).toMatch(/^http:\/\/127\.0\.0\.1:2\d{4}$/);
  expect(await (await fetch(`${system.endpoint('app')}/call`)).text()).toMatch(/^app-/);
  expect((await system.scrape(1000)).failed).toEqual({});
});

test('nothing remains after down: no listeners, processes or files', async () => {
  const system = await lab.up(app({ replicas: 2 }), `${SERVER} console.log('pid', process.pid);`);
  const url = system.endpoint('app');
  const { metricsUrl } = system;
  const pids = await eventually('both pids', () => {
    const lines = lab.events.flatMap((event) =>
      event.type === 'log' ? (/^pid (\d+)$/.exec(event.line)?.[1] ?? []) : [],
    );
    return lines.length === 2 && lines.map(Number);
  });
  expect(runsHere()).toHaveLength(1);
  await Promise.all([system.down(), system.down()]);
  expect(await refused(url)).toBe(true);
  expect(await refused(metricsUrl!)).toBe(true);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(runsHere()).toEqual([]);
  const left = readdirSync(join(tmpdir(), `backend-under-load-${process.getuid!()}`));
  expect(left.filter((name) => name.startsWith(`lab-${process.pid}-`))).toEqual([]);
});

test('an interrupted start takes down everything already started', async () => {
  const abort = new AbortController();
  const start = lab.up(
    app({ container: { readinessProbe: { tcpSocket: { port: 9 } } } }),
    SERVER,
    {},
    { signal: abort.signal },
  );
  setTimeout(() => abort.abort(), 500);
  await expect(start).rejects.toMatchObject({ kind: 'interrupted' });
  expect(runsHere()).toEqual([]);
});

test('a system that cannot start leaves nothing behind', async () => {
  const missing = app({ container: { command: ['node', 'service/other.js'] } });
  await expect(lab.up(missing, SERVER)).rejects.toMatchObject({
    kind: 'environment',
    hint: expect.stringContaining('npm run build'),
  });
  await expect(lab.up(app({ container: { image: 'redis:7' } }), SERVER)).rejects.toMatchObject({
    kind: 'usage',
    message: 'image redis:7 is not supported by the local engine',
  });
  await expect(lab.up(app({ container: { command: ['sh', '-c', 'true'] } }), SERVER)).rejects.toMatchObject({
    kind: 'usage',
  });
  expect(runsHere()).toEqual([]);
});

test("a scrape contains the pods' own metrics and the engine's, with the names that a cluster uses", async () => {
  const resources = { limits: { cpu: '500m', memory: '256Mi' }, requests: { cpu: '250m', memory: '128Mi' } };
  const system = await lab.up(app({ container: { resources } }), METRICS);
  const { samples, failed } = await system.scrape(2000);
  expect(failed).toEqual({});
  const [own] = samples.filter(({ name }) => name === 'a');
  expect(own!.labels).toEqual({
    namespace: 'test',
    app: 'app',
    container: 'app',
    pod: expect.stringMatching(/^app-/),
    exported_pod: 'mine',
  });
  const value = (name: string, labels = {}) =>
    samples.find(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    )?.value;
  expect(value('container_cpu_usage_seconds_total')).toBeGreaterThan(0);
  expect(value('container_memory_working_set_bytes')).toBeGreaterThan(2 ** 20);
  expect(value('container_spec_memory_limit_bytes')).toBe(256 * 2 ** 20);
  expect(value('container_spec_cpu_shares')).toBe(system.limits.rung === 'emulated' ? undefined : 256);
  expect(value('kube_pod_container_resource_limits', { resource: 'cpu' })).toBe(0.5);
  expect(value('kube_pod_container_resource_requests', { resource: 'memory' })).toBe(128 * 2 ** 20);
  expect(value('kube_pod_status_phase', { phase: 'Running' })).toBe(1);
  expect(value('kube_pod_status_ready', { condition: 'true' })).toBe(1);
  expect(value('kube_deployment_status_replicas_available', { deployment: 'app' })).toBe(1);
  expect(value('prober_probe_total', { probe_type: 'Readiness', result: 'successful' })).toBeGreaterThan(0);
  expect(value('kube_pod_container_status_restarts_total')).toBe(0);

  const served = parseExposition(await (await fetch(system.metricsUrl!)).text());
  expect(new Set(served.map(({ name }) => name))).toEqual(new Set(samples.map(({ name }) => name)));
});

test('an unresponsive target is reported, and the other samples are present', async () => {
  const silent = `${SERVER} answer['/metrics'] = () => undefined;`;
  const system = await lab.up(app(), silent);
  const { samples, failed } = await system.scrape(100);
  expect(Object.values(failed)).toEqual(['no answer within 100 ms']);
  expect(samples.some(({ name }) => name === 'container_cpu_usage_seconds_total')).toBe(true);
});

test('an autoscaler adds pods under load, and the new pods receive requests', async () => {
  const busy = `${SERVER}
    answer['/busy'] = (request, response) => { response.end(); setInterval(() => { for (const end = Date.now() + 40; Date.now() < end;); }, 50); };`;
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'scaler', namespace: 'test' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    },
  };
  const container = { resources: { limits: { cpu: '200m' }, requests: { cpu: '50m' } } };
  const system = await lab.up([...app({ container }), hpa], busy, { autoscalerIntervalMs: 500 });
  await fetch(`${system.endpoint('app')}/busy`);
  await eventually('three pods are ready', () => lab.pods('Ready').length === 3);
  // An early evaluation sees only the beginning of the work and may request two pods first.
  expect(lab.told('SuccessfulRescale').at(-1)).toBe(
    'SuccessfulRescale: New size: 3; reason: cpu resource utilization (percentage of request) above target',
  );
  expect(lab.told('ScalingReplicaSet').at(-1)).toMatch(
    /^ScalingReplicaSet: Scaled up replica set app-\w{10} from [12] to 3$/,
  );
  const names = await Promise.all(
    Array.from({ length: 40 }, () =>
      fetch(system.endpoint('app'), { headers: { connection: 'close' } }).then((r) => r.text()),
    ),
  );
  expect(new Set(names).size).toBe(3);
});

test('an unknown Service or port is refused by name', async () => {
  const system = await lab.up(app(), SERVER);
  expect(() => system.endpoint('other')).toThrow('there is no Service "other"');
  expect(() => system.endpoint('app', 'grpc')).toThrow('Service app has no port "grpc"');
});
