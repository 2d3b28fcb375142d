import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRecording } from '../../lab/telemetry/recorder';
import type { Estimate } from '../../lab/verdict/comparison/interval';
import type { Sweep } from '../../lab/verdict/sweep/sweep';
import { causeOf, judgedRun, lab, PROJECT, recordings, unseen } from '../e2e/lab';
import { onceMoreIf } from '../support/once-more';
import { requires } from '../support/requirements';
import { quietly } from './cluster';

const CAUSES: [experiment: string, cause: string][] = [
  ['baseline', 'healthy'],
  ['cpu-stress', 'cpu limit'],
  ['memory-stress', 'memory limit'],
  ['cascade-failure', 'slow dependency'],
  ['db-pool-exhaust', 'connection pool'],
];
const ACCOUNT = `lab-engine-${process.pid}`;
const admin = process.env.KUBECONFIG;
const kubectl = (...args: string[]) => quietly('kubectl', ['--kubeconfig', admin!, ...args]);
const inCluster = (namespace: string) => ['--engine', 'kubernetes', '-n', `${ACCOUNT}-${namespace}`];

requires('cluster')('the engine kubernetes, with the rights of docs/kubernetes-rights.yaml alone', () => {
  const out = recordings();
  const folder = mkdtempSync(join(tmpdir(), 'lab-rights-'));

  beforeAll(() => {
    kubectl('apply', '-f', join(PROJECT, 'docs', 'kubernetes-rights.yaml'));
    kubectl('-n', 'default', 'create', 'serviceaccount', ACCOUNT);
    const role = ['--clusterrole', 'backend-under-load', '--serviceaccount', `default:${ACCOUNT}`];
    kubectl('create', 'clusterrolebinding', ACCOUNT, ...role);
    process.env.KUBECONFIG = join(folder, 'kubeconfig');
    writeFileSync(process.env.KUBECONFIG, asAccount());
  });
  afterAll(() => {
    process.env.KUBECONFIG = admin;
    kubectl('delete', 'clusterrolebinding', ACCOUNT, '--ignore-not-found');
    kubectl('delete', 'clusterrole', 'backend-under-load', '--ignore-not-found');
    kubectl('-n', 'default', 'delete', 'serviceaccount', ACCOUNT, '--ignore-not-found');
    rmSync(folder, { recursive: true });
  });

  it.each(CAUSES)('%s shows all that it claims, and the diagnosis is %s', async (name, cause) => {
    await shows(cause, name);
  });

  it('io-stress, its load divided among two generators, shows all that it claims, and no request of either is lost', async () => {
    const recording = await shows('slow I/O only', 'io-stress', '--parallelism', '2');
    const end = readRecording(join(recording, 'default.jsonl')).at(-1);
    expect(end).toMatchObject({ type: 'end', reason: 'completed' });
    expect(end).not.toHaveProperty('message');
  });

  async function shows(cause: string, name: string, ...args: string[]): Promise<string> {
    const verdict = await judgedRun(name, out, [...inCluster(name), ...args]);
    expect(unseen(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('held');
    expect(causeOf(verdict)).toBe(cause);
    expect(verdict.run.engine.limits.rung).toBe('kubelet');
    expect(namespaces()).not.toContain(`${ACCOUNT}-${name}`);
    return verdict.recording;
  }

  it('finds no failure where every failure is switched off', async () => {
    const verdict = await judgedRun('cpu-stress', out, [...inCluster('control'), '--no-failure']);
    expect(verdict.outcome).toBe('no impact');
    expect(verdict.diagnosis.cause).toBe('healthy');
  });

  it('sees the cluster’s autoscaler add a pod', async () => {
    const args = [
      ...inCluster('hpa'),
      '--set',
      'autoscaling.enabled=true',
      '--set',
      'autoscaling.minReplicas=1',
    ];
    const rescales = async () => {
      const { recording } = await judgedRun('cpu-stress', out, args);
      return readRecording(join(recording, 'default.jsonl')).filter(
        (event) => event.type === 'pod' && event.reason === 'SuccessfulRescale',
      );
    };
    // The autoscaler looks every 15 s at a mean of the last half minute, so that it may first look after the load.
    expect(await onceMoreIf((seen) => seen.length === 0, rescales)).not.toEqual([]);
  });

  it('draws the curve of a sweep: for work that lacks CPU a second pod helps', async () => {
    const folder = join(out, 'sweep');
    const over = ['--over', 'backend.replicas=1,2', '--into', folder, '-o', 'json'];
    const { stdout, code } = await lab(['sweep', 'cpu-stress', ...over, ...inCluster('sweep')]);
    const { points } = JSON.parse(stdout) as Sweep;
    const [one, two] = points.map(({ served }) => served[0]!.goodput) as [Estimate, Estimate];
    expect(two.low).toBeGreaterThan(one.high);
    expect(points.flatMap(({ troubles }) => troubles)).toEqual([]);
    expect(code).toBe(0);
  });

  it('takes everything down on Ctrl-C', async () => {
    const child = await underLoad('interrupted', out);
    const exited = new Promise((done) => child.on('exit', done));
    child.kill('SIGINT');
    expect(await exited).toBe(130);
    expect(namespaces()).not.toContain(`${ACCOUNT}-interrupted`);
  });

  it('leaves a living run alone, and removes what one that was killed has left', async () => {
    const child = await underLoad('killed', out);
    const clean = () => lab(['clean', ...inCluster('killed')]);
    expect((await clean()).stdout).toContain('alive');
    child.kill('SIGKILL');
    await sleep(41_000); // until its lease is over
    expect((await clean()).stdout).toContain('removed all of it');
    expect(namespaces()).not.toContain(`${ACCOUNT}-killed`);
  });

  it('refuses a namespace that holds what is not its own', async () => {
    const namespace = `${ACCOUNT}-taken`;
    kubectl('create', 'namespace', namespace);
    kubectl('-n', namespace, 'create', 'service', 'clusterip', 'theirs', '--tcp=80');
    const { code, stderr } = await lab(['run', 'io-stress', ...inCluster('taken'), '--out', out]);
    kubectl('delete', 'namespace', namespace);
    expect(stderr).toContain('service theirs');
    expect(code).toBe(2);
  });
});

function namespaces(): string {
  return kubectl('get', 'namespaces', '-o', 'name');
}

/** The administrator's kubeconfig, with the account's token for a user. */
function asAccount(): string {
  const config = JSON.parse(kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'));
  const token = kubectl('-n', 'default', 'create', 'token', ACCOUNT, '--duration=2h').trim();
  config.users[0].user = { token };
  return JSON.stringify(config);
}

async function underLoad(namespace: string, out: string): Promise<ChildProcess> {
  const args = ['run', 'io-stress', ...inCluster(namespace), '--out', out];
  const child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  for (const end = performance.now() + 120_000; !stderr.includes('load begins'); await sleep(100)) {
    if (performance.now() > end || child.exitCode !== null) throw new Error(`no load: ${stderr}`);
  }
  expect(readdirSync(out)).not.toEqual([]);
  return child;
}
