import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JudgedRun, PROJECT, recordings, unseen } from '../e2e/lab';
import { collected, type Result } from '../support/collected';
import { requires } from '../support/requirements';
import { contentOf, quietly, run } from './cluster';
import { SidecarInjector } from './injector';

const PREFIX = `lab-shared-${process.pid}`;
const ADMIN = process.env.KUBECONFIG!;
const kubectl = (...args: string[]) => quietly('kubectl', ['--kubeconfig', ADMIN, ...args]);
const METRICS = 'v1beta1.metrics.k8s.io';
const TAINT = 'lab-test/shared=:NoSchedule';
const TOLERATIONS = '[{"key":"lab-test/shared","operator":"Exists"}]';

/** Clusters that others use, too: with rights in one namespace only, quotas, taints, sidecars, and parts missing. */
requires('cluster')('on a cluster that is shared', () => {
  const out = recordings();
  const folder = mkdtempSync(join(tmpdir(), 'lab-shared-'));
  const namespaces: string[] = [];

  afterAll(() => {
    for (const name of namespaces)
      kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait', '--timeout=120s');
    rmSync(folder, { recursive: true });
  }, 300_000);

  /** A namespace, and the kubeconfig of an account that may do there what it is granted, and nothing elsewhere. */
  function team(topic: string, ...grant: string[]): { namespace: string; kubeconfig: string } {
    const namespace = `${PREFIX}-${topic}`;
    namespaces.push(namespace);
    kubectl('create', 'namespace', namespace);
    kubectl('-n', namespace, 'create', 'serviceaccount', 'dev');
    kubectl('-n', namespace, 'create', 'rolebinding', 'dev', ...grant, `--serviceaccount=${namespace}:dev`);
    const config = JSON.parse(kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'));
    const token = kubectl('-n', namespace, 'create', 'token', 'dev', '--duration=2h').trim();
    config.users[0].user = { token };
    config.contexts[0].context.namespace = namespace;
    const kubeconfig = join(folder, topic);
    writeFileSync(kubeconfig, JSON.stringify(config));
    return { namespace, kubeconfig };
  }

  /** What the lab has left in a namespace. The account and its binding are the tests' own. */
  const leftIn = (namespace: string): string[] =>
    contentOf(namespace).filter((name) => !/\/(dev|small|backend-under-load)$/.test(name));

  function lab(kubeconfig: string, ...args: string[]): Promise<Result> {
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    const command = [join(PROJECT, 'bin', 'lab.js'), ...args, '--engine', 'kubernetes', '--out', out];
    return collected(spawn(process.execPath, command, { env }));
  }

  function judged({ stdout, stderr }: Result): JudgedRun {
    try {
      return (JSON.parse(stdout) as [JudgedRun])[0];
    } catch {
      throw new Error(stderr);
    }
  }

  function quota(namespace: string, hard: string): void {
    kubectl('-n', namespace, 'create', 'quota', 'small', `--hard=${hard}`);
  }

  it('with only the ClusterRole admin in one namespace, a quota, a taint and injected sidecars, every claim of cpu-stress holds, and the namespace stays', async () => {
    const { namespace, kubeconfig } = team('admin', '--clusterrole=admin');
    quota(namespace, 'limits.cpu=4,limits.memory=4Gi,requests.cpu=2,requests.memory=2Gi,pods=10');
    const injector = new SidecarInjector(`${PREFIX}-injector`, namespace);
    const [node] = kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}').split(' ');
    injector.install();
    kubectl('taint', 'node', node!, TAINT);
    try {
      const result = await lab(
        kubeconfig,
        'run',
        'cpu-stress',
        '-o',
        'json',
        '--set',
        `tolerations=${TOLERATIONS}`,
      );
      const verdict = judged(result);
      expect(unseen(verdict)).toEqual([]);
      expect(verdict.outcome).toBe('held');
    } finally {
      kubectl('taint', 'node', node!, TAINT.replace(/=.*/, '-'));
      injector.remove();
    }
    expect(leftIn(namespace)).toEqual([]);
  });

  it('with only the Role of the documents in one namespace, every claim of io-stress holds, and the namespace stays', async () => {
    const { namespace, kubeconfig } = team('role', '--role=backend-under-load');
    kubectl('-n', namespace, 'apply', '-f', join(PROJECT, 'docs', 'kubernetes-rights-in-namespace.yaml'));
    const verdict = judged(await lab(kubeconfig, 'run', 'io-stress', '-o', 'json'));
    expect(unseen(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('held');
    expect(leftIn(namespace)).toEqual([]);
  });

  it.each([
    ['the system', 'limits.cpu=1', 'postgres'],
    ['the load', 'limits.cpu=2', 'load'],
  ])(
    'a quota that has no room for %s ends the run with its words and a hint about quotas',
    async (_, hard, what) => {
      const { namespace, kubeconfig } = team(what, '--clusterrole=admin');
      quota(namespace, hard);
      const { code, stderr } = await lab(kubeconfig, 'run', 'io-stress');
      const said = stderr.replace(/\s+/g, ' ');
      expect(said).toContain('exceeded quota: small');
      expect(said).toContain('kubectl describe quota');
      expect(said).not.toContain('rights');
      expect(code).toBe(4);
      expect(leftIn(namespace)).toEqual([]);
    },
  );

  it('an autoscaler without a metrics server makes the run inconclusive, which is said in one sentence', async () => {
    const { namespace, kubeconfig } = team('blind', '--clusterrole=admin');
    const service = metricsService();
    if (service) kubectl('delete', 'apiservice', METRICS);
    try {
      const result = await lab(
        kubeconfig,
        'run',
        'cpu-stress',
        '-o',
        'json',
        '--set',
        'autoscaling.enabled=true',
      );
      expect(judged(result)).toMatchObject({
        outcome: 'inconclusive',
        why: expect.stringContaining('the autoscaler of backend got no metrics'),
      });
      expect(result.code).toBe(3);
    } finally {
      if (service) quietly('kubectl', ['--kubeconfig', ADMIN, 'create', '-f', '-'], service);
    }
    expect(leftIn(namespace)).toEqual([]);
  });

  it('a namespace that cannot be deleted is reported with its condition', async () => {
    const namespace = `${PREFIX}-stuck`;
    namespaces.push(namespace);
    kubectl('create', 'namespace', namespace);
    kubectl('-n', namespace, 'create', 'configmap', 'guarded');
    const finalizers = (names: string[]) => JSON.stringify({ metadata: { finalizers: names } });
    kubectl(
      '-n',
      namespace,
      'patch',
      'configmap',
      'guarded',
      '--type=merge',
      '-p',
      finalizers(['lab-test.example.com/guard']),
    );
    kubectl('delete', 'namespace', namespace, '--wait=false');
    try {
      const { code, stderr } = await lab(ADMIN, 'run', 'io-stress', '-n', namespace);
      const said = stderr.replace(/\s+/g, ' ');
      expect(said).toContain(`The namespace ${namespace} is being deleted, and still there after 60 s`);
      expect(said).toContain('lab-test.example.com/guard in 1 resource instances');
      expect(said).not.toContain('rights');
      expect(code).toBe(4);
    } finally {
      kubectl('-n', namespace, 'patch', 'configmap', 'guarded', '--type=merge', '-p', finalizers([]));
    }
  });

  it('a bundled monitoring that cannot start leaves nothing behind', async () => {
    const [namespace, monitoring] = [`${PREFIX}-watched`, `${PREFIX}-monitoring`];
    namespaces.push(namespace, monitoring);
    const settings = ['monitoring.mode=bundled', `monitoring.namespace=${monitoring}`];
    const args = settings.flatMap((one) => ['--set', one]);
    const { code, stderr } = await lab(ADMIN, 'run', 'io-stress', '-n', namespace, ...args);
    expect(stderr).toMatch(/grafana|kube-state-metrics|prometheus/); // without a Secret, or without their images
    expect(code).toBe(4);
    const left = kubectl('get', 'namespaces,clusterroles,clusterrolebindings', '-o', 'name');
    expect(left).not.toMatch(new RegExp(`${namespace}|${monitoring}|backend-under-load-prometheus`));
  });

  function metricsService(): object | undefined {
    const { status, stdout } = run('kubectl', [
      '--kubeconfig',
      ADMIN,
      'get',
      'apiservice',
      METRICS,
      '-o',
      'json',
    ]);
    if (status !== 0) return undefined;
    const { apiVersion, kind, metadata, spec } = JSON.parse(stdout);
    return { apiVersion, kind, metadata: { name: metadata.name, labels: metadata.labels }, spec };
  }
});
