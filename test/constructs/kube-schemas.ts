/**
 * Generates the JSON schemas for kubeconform from the API descriptions in the Go modules of Kubernetes, the
 * Prometheus operator and the Gateway API. It needs `go`. After that, an offline run needs only the folder.
 *
 *   npx ts-node test/constructs/kube-schemas.ts FOLDER
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The oldest version that the constructs have types for, and a current one. */
export const KUBERNETES_VERSIONS = ['1.28.15', '1.34.4'];

/** Go modules with the definitions of other kinds. */
const CRDS: [module: string, file: string][] = [
  ...['servicemonitors', 'prometheusrules'].map((kinds): [string, string] => [
    'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    `example/prometheus-operator-crd/monitoring.coreos.com_${kinds}.yaml`,
  ]),
  ['sigs.k8s.io/gateway-api@v1.3.0', 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
];

/** The path of a kind's schema within the folder, in kubeconform's template language. */
export const SCHEMA_PATH = '{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json';

interface Schema {
  [keyword: string]: unknown;
  properties?: Record<string, Schema>;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

interface Crd {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

function main(folder: string): void {
  const crds = CRDS.map(([module, file]) => parse(readFileSync(join(download(module), file), 'utf8')) as Crd);
  for (const version of KUBERNETES_VERSIONS) {
    const target = join(folder, `v${version}`);
    mkdirSync(target, { recursive: true });
    writeKubernetes(download(`k8s.io/kubernetes@v${version}`), target);
    for (const crd of crds) writeCrd(crd, target);
  }
}

/** Downloads a Go module unless it is already there, and returns its folder. */
function download(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', module], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

function writeKubernetes(module: string, target: string): void {
  const swagger = readFileSync(join(module, 'api/openapi-spec/swagger.json'), 'utf8');
  const { definitions } = JSON.parse(swagger) as { definitions: Record<string, Schema> };
  write(target, '_definitions', { definitions: strict(definitions) });
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
      write(target, fileName(group, version, kind), { $ref: `_definitions.json#/definitions/${name}` });
    }
  }
}

function writeCrd({ spec }: Crd, target: string): void {
  for (const { name, schema } of spec.versions) {
    write(target, fileName(spec.group, name, spec.names.kind), strict(schema.openAPIV3Schema));
  }
}

/**
 * Forbids unknown fields in every object that lists its fields, and allows numbers where the API accepts them
 * as strings.
 */
function strict<T>(node: T): T {
  if (Array.isArray(node)) return node.map(strict) as T;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(
    ([key, value]) => key !== 'description' || typeof value !== 'string',
  );
  const schema = Object.fromEntries(entries.map(([key, value]) => [key, strict(value)])) as Schema;
  if (schema.format === 'int-or-string') return { type: ['string', 'integer'] } as T;
  const isOpen = schema.additionalProperties !== undefined || schema['x-kubernetes-preserve-unknown-fields'];
  if (schema.properties && schema.type === 'object' && !isOpen) schema.additionalProperties = false;
  return schema as T;
}

function fileName(group: string, version: string, kind: string): string {
  return [kind, group.split('.')[0], version].filter(Boolean).join('-').toLowerCase();
}

function write(folder: string, name: string, schema: unknown): void {
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(schema));
}

if (require.main === module) {
  const folder = process.argv[2];
  if (!folder)
    throw new Error('which folder? e.g. npx ts-node test/constructs/kube-schemas.ts ~/.cache/kube-schemas');
  main(folder);
}
