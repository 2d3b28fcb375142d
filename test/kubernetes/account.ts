import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { causeOf, judgedRun, type JudgedRun, PROJECT, unseen } from '../e2e/lab';
import { quietly } from './cluster';

const NAME = `lab-engine-${process.pid}`;
const admin = process.env.KUBECONFIG;
export const kubectl = (...args: string[]) => quietly('kubectl', ['--kubeconfig', admin!, ...args]);

export const ownNamespace = (topic: string): string => `${NAME}-${topic}`;
export const inCluster = (topic: string) => ['--engine', 'kubernetes', '-n', ownNamespace(topic)];

/** Gives the labs of a file exactly the rights of docs/kubernetes-rights.yaml. */
export function onlyTheRightsOfTheDocuments(): void {
  const folder = mkdtempSync(join(tmpdir(), 'lab-rights-'));
  beforeAll(() => {
    kubectl('apply', '-f', join(PROJECT, 'docs', 'kubernetes-rights.yaml'));
    kubectl('-n', 'default', 'create', 'serviceaccount', NAME);
    const role = ['--clusterrole', 'backend-under-load', '--serviceaccount', `default:${NAME}`];
    kubectl('create', 'clusterrolebinding', NAME, ...role);
    process.env.KUBECONFIG = join(folder, 'kubeconfig');
    writeFileSync(process.env.KUBECONFIG, asAccount());
  });
  afterAll(() => {
    process.env.KUBECONFIG = admin;
    kubectl('delete', 'clusterrolebinding', NAME, '--ignore-not-found');
    kubectl('delete', 'clusterrole', 'backend-under-load', '--ignore-not-found');
    kubectl('-n', 'default', 'delete', 'serviceaccount', NAME, '--ignore-not-found');
    rmSync(folder, { recursive: true });
  });
}

/** Runs an experiment and expects every claim to hold with the kubelet's limits. @returns its recording. */
export async function shows(cause: string, name: string, out: string, ...args: string[]): Promise<string> {
  const verdict = await judgedRun(name, out, [...inCluster(name), ...args]);
  expectShown(verdict, cause);
  expectGone(name);
  return verdict.recording;
}

export function expectShown(verdict: JudgedRun, cause: string): void {
  expect(unseen(verdict)).toEqual([]);
  expect(verdict.outcome).toBe('held');
  expect(causeOf(verdict)).toBe(cause);
  expect(verdict.run.engine.limits.rung).toBe('kubelet');
}

/** Expects the run to have removed its namespace. */
export function expectGone(topic: string): void {
  expect(kubectl('get', 'namespaces', '-o', 'name')).not.toContain(ownNamespace(topic));
}

/** The administrator's kubeconfig with the account's token as its user. */
function asAccount(): string {
  const config = JSON.parse(kubectl('config', 'view', '--raw', '--flatten', '--minify', '-o', 'json'));
  const token = kubectl('-n', 'default', 'create', 'token', NAME, '--duration=2h').trim();
  config.users[0].user = { token };
  return JSON.stringify(config);
}
