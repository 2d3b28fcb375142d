import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App } from 'cdk8s';
import { LabChart, parseProps } from '../../constructs';
import { TestPod } from '../../constructs/helm/test-pod';
import { requires } from '../support/requirements';
import { makeRestricted, ownNamespace, quietly, succeed } from './cluster';

requires('cluster')('the synthesized manifests', () => {
  const namespace = ownNamespace('apply');
  const other = ownNamespace('dry');
  const [folder, otherFolder] = [synthesized(namespace), synthesized(other)];
  const kubectl = (...args: string[]) => quietly('kubectl', args);

  test('make all pods ready without a warning in a namespace that enforces "restricted"', () => {
    kubectl('apply', '-f', folder);
    for (const workload of ['statefulset/postgres', 'deployment/downstream', 'deployment/backend']) {
      kubectl('-n', namespace, 'rollout', 'status', workload, '--timeout=120s');
    }
    const enforced = kubectl('get', 'namespace', namespace, '-o', 'jsonpath={.metadata.labels}');
    expect(JSON.parse(enforced)).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
  });

  test('change no workload when they are applied again', () => {
    const generations = () =>
      kubectl(
        '-n',
        namespace,
        'get',
        'deployments,statefulsets',
        '-o',
        'jsonpath={.items[*].metadata.generation}',
      );
    const before = generations();
    kubectl('apply', '-f', folder);
    expect(generations()).toBe(before);
    expect(before).toBe('1 1 1');
  });

  test('are all unchanged when they are applied again, and belong to whoever applies them on the server', () => {
    const changed = (...how: string[]) =>
      kubectl('apply', ...how, '-f', folder)
        .trim()
        .split('\n')
        .filter((line) => !/ (unchanged|serverside-applied)$/.test(line));
    expect(changed()).toEqual([]);
    expect(changed('--server-side')).toEqual([]);
    expect(changed('--server-side')).toEqual([]);
  });

  test('are accepted unchanged by the API server', () => {
    makeRestricted(other);
    const dryRun = kubectl('apply', '--server-side', '--dry-run=server', '-f', otherFolder);
    const lines = dryRun.trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !line.endsWith('serverside-applied (server dry run)'))).toEqual([]);
  });

  test('make every route answer through the Service', () => {
    const system = new LabChart(new App(), 'system', { namespace });
    new TestPod(system, 'test', { backend: system.backend, image: parseProps().backend.image });
    quietly('kubectl', ['create', '-f', '-'], system.toJson().at(-1));
    kubectl(
      '-n',
      namespace,
      'wait',
      'pod/backend-test',
      '--for=jsonpath={.status.phase}=Succeeded',
      '--timeout=60s',
    );
    const lines = kubectl('-n', namespace, 'logs', 'backend-test').trim().split('\n');
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => !line.startsWith('200 /'))).toEqual([]);
  });
});

/** A folder with the manifests for a namespace, removed after the tests. */
function synthesized(namespace: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lab-apply-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const synth = ['synth', '--out', folder, '--set', `namespace=${namespace}`];
  succeed(process.execPath, [resolve(__dirname, '../../bin/lab.js'), ...synth]);
  return folder;
}
