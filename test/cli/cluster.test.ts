import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FakeCluster } from '../engine/kubernetes/fake-cluster';
import { collected, type Result } from '../support/collected';

const LAB = resolve(__dirname, '../../bin/lab.js');
const folder = mkdtempSync(join(tmpdir(), 'lab-context-'));
const kubeconfig = join(folder, 'kubeconfig');
let cluster: FakeCluster;

beforeAll(async () => {
  cluster = await FakeCluster.up();
  // Nothing may be created, so each run ends by naming the namespace that it wanted.
  cluster.rules.push((method) => (method === 'POST' ? { status: 403, message: 'refused' } : undefined));
  const context = (name: string, namespace?: string) => ({
    name,
    context: { cluster: 'fake', user: 'dev', ...(namespace !== undefined && { namespace }) },
  });
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'team',
    clusters: [{ name: 'fake', cluster: { server: cluster.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'dev', user: {} }],
    contexts: [context('team', 'team-a'), context('plain'), context('usual', 'default')],
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
});
afterAll(() => {
  cluster.close();
  rmSync(folder, { recursive: true });
});

function lab(...args: string[]): Promise<Result> {
  const env = { ...process.env, KUBECONFIG: kubeconfig };
  const command = [LAB, ...args, '--engine', 'kubernetes'];
  return collected(spawn(process.execPath, command, { env, cwd: folder }));
}

test.each([
  ["the kubeconfig context's own namespace", [], 'team-a'],
  ['that of -n before that of the context', ['-n', 'mine'], 'mine'],
  ['that of a setting before that of the context', ['--set', 'namespace=set'], 'set'],
  ['the default if the context names none', ['--context', 'plain'], 'load-testing'],
  [
    'the default if the context names the namespace that is never empty',
    ['--context', 'usual'],
    'load-testing',
  ],
])(
  'a run uses %s',
  async (_, args, namespace) => {
    const { code, stderr } = await lab('run', 'baseline', ...args);
    expect(stderr).toContain(`There is no namespace ${namespace}, and the lab may not create it: refused`);
    expect(code).toBe(4);
  },
  120_000,
);

test('a refusal by the cluster that no part of the lab expects is no bug of the lab', async () => {
  cluster.rules.push((_, path) =>
    /\/leases/.test(path) ? { status: 403, message: 'no leases' } : undefined,
  );
  const { code, stderr } = await lab('clean', '-n', 'mine');
  expect(stderr).toContain('The cluster refuses what the lab asks for: no leases');
  expect(stderr).not.toMatch(/ {4}at |bug/);
  expect(code).toBe(4);
}, 120_000);
