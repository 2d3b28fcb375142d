import type { z } from 'zod';
import type { KubeObject } from '../../../../constructs/kube-object';
import { LabError } from '../../../model/errors';
import { RECORDED_KINDS } from './recorded';
import { SCHEMAS, type ManifestKind, type Read, type Workload } from './schema';

/** Contents of Secrets and ConfigMaps by name, decoded. */
export interface Configuration {
  Secret: Map<string, Record<string, string>>;
  ConfigMap: Map<string, Record<string, string>>;
}

/** The typed manifests of one system, with the API's defaults filled in. */
export interface Manifests {
  namespace: string;
  config: Configuration;
  workloads: Workload[];
  services: Read<'Service'>[];
  autoscalers: Read<'HorizontalPodAutoscaler'>[];
  /** Objects that are accepted but not enforced locally, each with the reason. */
  recorded: string[];
}

/**
 * Reads synthesized objects.
 * @throws LabError (usage) that names the object and path of everything that the local engine does not
 * support.
 */
export function readManifests(objects: readonly KubeObject[]): Manifests {
  const problems: string[] = [];
  const honoured = new Map<ManifestKind, Read<ManifestKind>[]>();
  const recorded: string[] = [];
  for (const object of objects) {
    const title = `${object.kind}/${object.metadata?.name}`;
    const reason = RECORDED_KINDS[object.kind];
    if (reason) recorded.push(`${title}: recorded, not enforced locally (${reason})`);
    else if (isHonoured(object.kind)) {
      const parsed = SCHEMAS[object.kind].safeParse(object);
      if (parsed.success) honoured.set(object.kind, [...(honoured.get(object.kind) ?? []), parsed.data]);
      else problems.push(...parsed.error.issues.flatMap((issue) => describe(issue, title, object)));
    } else
      problems.push(
        `${title}: kind ${object.kind} (${object.apiVersion}) is not supported by the local engine`,
      );
  }
  if (problems.length > 0) refuse(problems);
  const all = <K extends ManifestKind>(kind: K) => (honoured.get(kind) ?? []) as Read<K>[];
  return {
    namespace: onlyNamespace(objects),
    config: {
      Secret: new Map(
        all('Secret').map((secret) => [secret.metadata.name, { ...secret.data, ...secret.stringData }]),
      ),
      ConfigMap: new Map(all('ConfigMap').map((map) => [map.metadata.name, map.data])),
    },
    workloads: [...all('StatefulSet'), ...all('Deployment')],
    services: all('Service'),
    autoscalers: all('HorizontalPodAutoscaler'),
    recorded,
  };
}

function isHonoured(kind: string): kind is ManifestKind {
  return Object.hasOwn(SCHEMAS, kind);
}

function describe(issue: z.core.$ZodIssue, title: string, object: unknown): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${title} ${pathText([...path, key])}: not supported by the local engine`);
  }
  const found = JSON.stringify(
    path.reduce((value, key) => (value as Record<string, unknown>)?.[key], object),
  );
  return [`${title} ${pathText(path)}: ${issue.message} (found: ${found?.slice(0, 80) ?? 'nothing'})`];
}

function pathText(path: string[]): string {
  return path.map((key, index) => (/^\d+$/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

function refuse(problems: string[]): never {
  throw new LabError(problems.join('\n'), 'usage', 'Remove it, or use --engine kubernetes.');
}

function onlyNamespace(objects: readonly KubeObject[]): string {
  const named = objects.flatMap((object) =>
    object.kind === 'Namespace' ? object.metadata.name : (object.metadata.namespace ?? []),
  );
  const [namespace = 'default', ...others] = new Set(named);
  if (others.length > 0) {
    refuse([
      `the manifests use the namespaces ${[namespace, ...others].join(', ')}: a local run has only one`,
    ]);
  }
  return namespace;
}
