import { eventually } from '../../support/eventually';
import { app, Lab, SERVER } from './support';

const lab = new Lab();
afterEach(() => lab.end());

const probe = (path: string, more = {}) => ({ httpGet: { path, port: 'http' }, periodSeconds: 1, ...more });
const MEBIBYTE = 2 ** 20;

test('a container that exits restarts at once, and later with an announced back-off', async () => {
  const system = await lab.up(app(), SERVER);
  const url = system.endpoint('app');
  await fetch(`${url}/exit?3`).catch(() => undefined);
  await eventually('a second start', () => lab.pods('Started').length === 2);
  const [ended] = lab.pods('Error');
  expect(ended).toMatchObject({
    exitCode: 3,
    restartCount: 0,
    app: 'app',
    message: 'Container app ended with exit code 3',
  });

  await eventually('an answer', async () => (await fetch(url).catch(() => undefined))?.ok);
  await fetch(`${url}/exit?0`).catch(() => undefined);
  const [backOff] = await eventually(
    'a back-off',
    () => lab.pods('BackOff').length > 0 && lab.pods('BackOff'),
  );
  expect(backOff!.message).toBe(`Back-off 10s restarting failed container app in pod ${backOff!.pod}`);
  expect(lab.told('Completed')).toHaveLength(1);
  const { samples } = await system.scrape(500);
  const of = (name: string) =>
    samples.filter((sample) => sample.name === name && sample.value !== 0).map(({ labels }) => labels.reason);
  expect(of('kube_pod_container_status_waiting_reason')).toEqual(['CrashLoopBackOff']);
  expect(of('kube_pod_container_status_last_terminated_reason')).toEqual(['Completed']);
});

test('a container that exceeds its memory limit is OOMKilled, and exit code and counter agree', async () => {
  const hog = `${SERVER}
    const kept = [];
    answer['/hog'] = () => setInterval(() => kept.push(Buffer.alloc(${8 * MEBIBYTE}, 1)), 5);`;
  const container = { resources: { limits: { memory: '160Mi' } } };
  const system = await lab.up(app({ container }), hog);
  await fetch(`${system.endpoint('app')}/hog`).catch(() => undefined);
  const [killed] = await eventually(
    'a container killed for its memory',
    () => lab.pods('OOMKilled').length > 0 && lab.pods('OOMKilled'),
  );
  expect(killed).toMatchObject({ exitCode: 137 });
  const { samples } = await system.scrape(500);
  expect(samples.find(({ name }) => name === 'container_oom_events_total')!.value).toBeGreaterThanOrEqual(1);
});

test('a SIGKILL unrelated to the memory limit is an Error, not an OOM kill', async () => {
  const system = await lab.up(
    app(),
    `${SERVER} answer['/kill'] = () => process.kill(process.pid, 'SIGKILL');`,
  );
  await fetch(`${system.endpoint('app')}/kill`).catch(() => undefined);
  const [ended] = await eventually(
    'the end of the container',
    () => lab.pods('Error', 'OOMKilled').length > 0 && lab.pods('Error', 'OOMKilled'),
  );
  expect(ended).toMatchObject({ reason: 'Error', exitCode: 137 });
});

test('a failing liveness probe asks the container to end, kills it after the grace period and restarts it', async () => {
  const stubborn = `${SERVER}
    process.on('SIGTERM', () => console.log('asked to end'));
    let healthy = true;
    answer['/break'] = (request, response) => { healthy = false; response.end(); };
    answer['/health'] = (request, response) => { response.statusCode = healthy ? 200 : 500; response.end(); };`;
  const startupProbe = probe('/health', { failureThreshold: 30 });
  const container = { startupProbe, livenessProbe: probe('/health', { failureThreshold: 2 }) };
  const system = await lab.up(app({ container, pod: { terminationGracePeriodSeconds: 1 } }), stubborn);
  await fetch(`${system.endpoint('app')}/break`);
  await eventually('a second start', () => lab.pods('Started').length === 2);
  expect(lab.told('Unhealthy')).toContain(
    'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500',
  );
  expect(lab.told('Killing')).toEqual(['Killing: Container app failed liveness probe, will be restarted']);
  expect(lab.events).toContainEqual(expect.objectContaining({ type: 'log', line: 'asked to end' }));
  expect(lab.pods('Error')).toEqual([expect.objectContaining({ exitCode: 137 })]);
});

test('a pod that is not ready gets no connections but keeps running', async () => {
  const moody = `${SERVER}
    let ready = true;
    answer['/ready'] = (request, response) => { response.statusCode = ready ? 200 : 503; response.end(); };
    answer['/rest'] = (request, response) => {
      ready = false;
      setTimeout(() => (ready = true), 5000);
      response.end(process.env.POD_NAME);
    };`;
  const container = { readinessProbe: probe('/ready', { failureThreshold: 1 }) };
  const system = await lab.up(app({ container, replicas: 2 }), moody);
  const url = system.endpoint('app');
  const ask = () => fetch(url, { headers: { connection: 'close' } }).then((response) => response.text());
  const resting = await (await fetch(`${url}/rest`, { headers: { connection: 'close' } })).text();
  await eventually('a pod that is not ready', () => lab.pods('Unready').length > 0);
  const answers = new Set(await Promise.all(Array.from({ length: 20 }, ask)));
  expect(answers.size).toBe(1);
  expect(answers).not.toContain(resting);
  await eventually('the pod that rested answers', async () => (await ask()) === resting);
  expect(lab.pods('Error', 'Killing')).toEqual([]);
});

test('a pod that never becomes ready ends the start with its state and its last output', async () => {
  const failing = app({ container: { readinessProbe: probe('/ready') } });
  const start = lab.up(failing, `console.error('cannot find my config'); process.exit(7);`, {
    startDeadlineMs: 5000,
  });
  await expect(start).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(
      /^not ready after 5 s:\npod app-.*: Running; not ready; CrashLoopBackOff; .*Error, exit code 7[^]*cannot find my config/,
    ),
  });
});
