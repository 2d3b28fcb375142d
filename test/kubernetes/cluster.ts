import { spawn, spawnSync } from 'node:child_process';
import type { KubeObject } from '../../constructs';
import { collected } from '../support/collected';

/** The prefix of namespaces in which these tests may create and remove anything. */
const PREFIX = 'lab-chart';

export interface Answer {
  status: number | null;
  stdout: string;
  stderr: string;
}

export function run(command: string, args: string[], input?: unknown): Answer {
  const text = input === undefined ? '' : JSON.stringify(input);
  const { status, stdout, stderr } = spawnSync(command, args, {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return { status, stdout, stderr };
}

/** Runs a command that must succeed, and returns its output. */
export function succeed(command: string, args: string[], input?: unknown): string {
  const answer = run(command, args, input);
  if (answer.status !== 0) throw new Error(failure(command, args, answer));
  return answer.stdout;
}

/** Like `succeed`, but the command must write nothing to stderr, where warnings of the API server appear. */
export function quietly(command: string, args: string[], input?: unknown): string {
  const answer = run(command, args, input);
  if (answer.status !== 0 || told(answer.stderr)) throw new Error(failure(command, args, answer));
  return answer.stdout;
}

/**
 * Whether stderr contains a message of the API server. Slow aggregated APIs and client-side throttling do not
 * count.
 */
export function told(stderr: string): boolean {
  return stderr.split('\n').some((line) => line !== '' && !/memcache\.go|client-side throttling/.test(line));
}

function failure(command: string, args: string[], { status, stdout, stderr }: Answer): string {
  return `${command} ${args.join(' ')} (${status}):\n${stderr}\n${stdout}`;
}

/** Runs a command while others run. */
export async function inBackground(command: string, args: string[]): Promise<Answer> {
  const { code, ...out } = await collected(spawn(command, args));
  return { status: code, ...out };
}

/** A namespace name for this file. The namespace and its content are removed after the tests. */
export function ownNamespace(topic: string): string {
  const name = `${PREFIX}-${topic}-${process.pid}`;
  afterAll(() => {
    quietly('kubectl', ['delete', 'namespace', name, '--ignore-not-found', '--wait', '--timeout=120s']);
  }, 150_000);
  return name;
}

/**
 * Creates a namespace in which the API server refuses pods that are not "restricted" and warns about
 * workloads.
 */
export function makeRestricted(name: string): void {
  const labels = Object.fromEntries(
    ['enforce', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
  );
  quietly('kubectl', ['create', '-f', '-'], {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  });
}

export function get<T extends KubeObject>(namespace: string, kind: string, name: string): T {
  return JSON.parse(quietly('kubectl', ['-n', namespace, 'get', kind, name, '-o', 'json'])) as T;
}

/**
 * The content of a namespace as kind/name, except for what Kubernetes adds itself. Endpoints follow their
 * Service.
 */
export function contentOf(namespace: string): string[] {
  const kinds = quietly('kubectl', ['api-resources', '--namespaced', '--verbs=list,delete', '-o', 'name'])
    .trim()
    .split('\n')
    .filter((kind) => !/^events(\.|$)|^endpoints$|metrics\.k8s\.io$/.test(kind));
  // Other parties' kinds may be deprecated, which causes a warning on stderr.
  const found = succeed('kubectl', [
    '-n',
    namespace,
    'get',
    kinds.join(','),
    '-o',
    'name',
    '--ignore-not-found',
  ]);
  return found
    .trim()
    .split('\n')
    .filter((name) => name !== '' && !/^(serviceaccount\/default|configmap\/kube-root-ca.crt)$/.test(name));
}
