import { resolve } from 'node:path';
import type { Workload } from '../constructs/objects';
import { eventually } from '../support/eventually';
import { requires } from '../support/requirements';
import { contentOf, get, inBackground, makeRestricted, ownNamespace, quietly, run, told } from './cluster';

const CHART = resolve(__dirname, '../../charts/backend-under-load');

/** The time that clients keep sending requests: longer than the replacement of a pod. */
const ASKING_SECONDS = 30;

requires('cluster', 'helm')('the chart on a cluster that enforces Pod Security "restricted"', () => {
  const namespace = ownNamespace('release');
  const helm = (...args: string[]) => quietly('helm', ['-n', namespace, ...args]);
  const wait = ['--wait', '--timeout', '150s'];
  const backend = () =>
    get<Workload & { status: { readyReplicas?: number } }>(namespace, 'deployment', 'backend');
  const limitOf = ({ spec }: Workload) => spec.template.spec.containers[0]!.resources.limits.cpu;

  beforeAll(() => makeRestricted(namespace));

  test('installs without a warning, and every pod becomes ready', () => {
    expect(helm('install', 'lab', CHART, ...wait)).toContain('STATUS: deployed');
    expect(backend().status.readyReplicas).toBe(1);
  });

  test('passes helm test: every route answers through the Service', () => {
    expect(helm('test', 'lab', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
  });

  test('changes limit and replicas in an upgrade, and a constantly requesting client sees no error', async () => {
    quietly('kubectl', ['-n', namespace, 'create', '-f', '-'], client());
    quietly('kubectl', ['-n', namespace, 'wait', 'pod/client', '--for=condition=Ready', '--timeout=60s']);
    const values = ['--set', 'backend.cpuLimitMillicores=700', '--set', 'backend.replicas=2'];
    const upgrade = await inBackground('helm', [
      '-n',
      namespace,
      'upgrade',
      'lab',
      CHART,
      ...values,
      ...wait,
    ]);
    expect(upgrade.status).toBe(0);
    expect(told(upgrade.stderr) ? upgrade.stderr : '').toBe('');
    expect(limitOf(backend())).toBe('700m');
    expect(backend().status.readyReplicas).toBe(2);

    quietly('kubectl', [
      '-n',
      namespace,
      'wait',
      'pod/client',
      '--for=jsonpath={.status.phase}=Succeeded',
      '--timeout=90s',
    ]);
    const asked = JSON.parse(quietly('kubectl', ['-n', namespace, 'logs', 'client'])) as Asked;
    expect(asked.errors).toEqual([]);
    expect(asked.good).toBeGreaterThan(ASKING_SECONDS * 10);
    quietly('kubectl', ['-n', namespace, 'delete', 'pod', 'client']);
  });

  test('keeps the release unchanged when values are invalid', () => {
    const { status, stderr } = run('helm', [
      '-n',
      namespace,
      'upgrade',
      'lab',
      CHART,
      '--set',
      'backend.cpuLimitMillicores=100',
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(
      'backend.cpuRequestMillicores: 250 (the default) is above its limit backend.cpuLimitMillicores = 100',
    );
    expect(limitOf(backend())).toBe('700m');
  });

  test('restores limit and replicas in a rollback', async () => {
    helm('rollback', 'lab', '1', ...wait);
    expect(limitOf(backend())).toBe('500m');
    expect(backend().spec.replicas).toBe(1);
  });

  test('makes a new database for another role and other contents, and goes back to the old one', () => {
    const changes = ['rows=7', 'user=shopper', 'password=another'].flatMap((one) => [
      '--set',
      `postgres.${one}`,
    ]);
    helm('upgrade', 'lab', CHART, ...changes, ...wait);
    expect(helm('test', 'lab', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
    helm('rollback', 'lab', '1', ...wait);
    expect(helm('test', 'lab', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
  });

  test('recovers by a rollback from a database image that cannot be pulled', () => {
    const bad = ['--set', 'postgres.image.tag=no-such-tag', '--wait', '--timeout', '20s'];
    expect(run('helm', ['-n', namespace, 'upgrade', 'lab', CHART, ...bad]).status).not.toBe(0);
    helm('rollback', 'lab', '1', ...wait);
    expect(helm('test', 'lab', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
  });

  test('leaves nothing behind when it is uninstalled, not even the database volume', async () => {
    helm('uninstall', 'lab', ...wait);
    await eventually(`nothing in ${namespace}`, () => contentOf(namespace).length === 0, 60_000, 500);
  });

  test('accepts an existing Secret with role and passwords of any characters', async () => {
    const stringData = { username: 'shopper', password: `it's "\\1" $(HOME)`, 'admin-password': 'another' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine' }, stringData };
    quietly('kubectl', ['-n', namespace, 'create', '-f', '-'], secret);
    helm('install', 'lab', CHART, '--set', 'postgres.existingSecret=mine', ...wait);
    expect(helm('test', 'lab', '--timeout', '60s')).toMatch(/Phase: +Succeeded/);
    expect(contentOf(namespace).filter((name) => /^secret\/(?!sh\.helm)/.test(name))).toEqual([
      'secret/mine',
    ]);
  });

  test('fails helm test if the backend does not answer', () => {
    quietly('kubectl', ['-n', namespace, 'scale', 'deployment', 'backend', '--replicas=0']);
    quietly('kubectl', [
      '-n',
      namespace,
      'wait',
      'pod',
      '-l',
      'app=backend',
      '--for=delete',
      '--timeout=60s',
    ]);
    expect(run('helm', ['-n', namespace, 'test', 'lab', '--timeout', '60s']).status).not.toBe(0);
  });
});

interface Asked {
  good: number;
  errors: string[];
}

/** A client in the cluster that sends a request every 20 ms, each on a new connection, and counts errors. */
function client(): object {
  const script = `
    const { get } = require('node:http');
    const errors = [];
    let good = 0;
    const ask = () => {
      get('http://backend:8000/api/fast', { agent: false, timeout: 5000 }, (answer) => {
        if (answer.statusCode === 200) good++;
        else errors.push(String(answer.statusCode));
        answer.resume();
      })
        .on('timeout', function () { this.destroy(new Error('no answer within 5 s')); })
        .on('error', (error) => errors.push(error.message));
    };
    const timer = setInterval(ask, 20);
    setTimeout(() => clearInterval(timer), ${ASKING_SECONDS * 1000});
    process.on('exit', () => console.log(JSON.stringify({ good, errors })));
  `;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'client' },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'client',
          image: 'backend-under-load/backend:0.1.0',
          command: ['node', '-e', script],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}
