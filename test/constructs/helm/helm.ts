import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { LabChart, synthesize, type KubeObject, type LabPropsInput, type System } from '../../../constructs';
import { helmChart } from '../../../constructs/helm/chart';

/** Without a cluster to ask, Helm would assume an old version. */
const CLUSTER = ['--kube-version', '1.34.4'];

export interface Rendered {
  status: number | null;
  objects: KubeObject[];
  stderr: string;
}

/** The current chart, in a temporary folder until the tests of the file end. */
export function chartFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lab-chart-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of helmChart('0.1.0')) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export function helm(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('helm', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  return { status, stdout, stderr };
}

/** The objects that Helm would install with these values and options. */
export function render(chart: string, values: object, ...options: string[]): Rendered {
  return renderAs('lab', chart, values, ...options);
}

/** The same for a release of another name. */
export function renderAs(release: string, chart: string, values: object, ...options: string[]): Rendered {
  const { status, stdout, stderr } = spawnSync(
    'helm',
    [
      'template',
      release,
      chart,
      '--namespace',
      NAMESPACE,
      '--no-hooks',
      ...CLUSTER,
      '--values',
      '-',
      ...options,
    ],
    { input: JSON.stringify(values), encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  const documents = status === 0 ? parseAllDocuments(stdout) : [];
  const objects = documents
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object) => object !== null);
  return { status, stderr, objects: inOrder(objects) };
}

/** What `helm install` would print. `helm template` does not, so a copy of the chart puts it into an object. */
export function notesWith(chart: string, values: object): string {
  const copy = mkdtempSync(join(tmpdir(), 'lab-notes-'));
  try {
    cpSync(chart, copy, { recursive: true });
    cpSync(join(chart, 'templates', 'NOTES.txt'), join(copy, 'notes'));
    const metadata = '{apiVersion: v1, kind: ConfigMap, metadata: {name: notes}';
    writeFileSync(
      join(copy, 'templates', 'notes.yaml'),
      `${metadata}, data: {text: {{ tpl (.Files.Get "notes") . | toJson }}}}`,
    );
    const { objects, stderr } = render(copy, values);
    expect(stderr).toBe('');
    return (objects.find(({ metadata: { name } }) => name === 'notes')!.data as { text: string }).text;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

const NAMESPACE = 'somewhere';

/**
 * The objects that the chart must make of settings: those of the constructs, in the release's namespace, with
 * Helm as their manager and the label of the chart. The namespace itself is not part of the release.
 */
export function expected(input: LabPropsInput, namePrefix = '', namespace = NAMESPACE): KubeObject[] {
  const release: System = (app, props) =>
    void new LabChart(app, 'release', props, { instance: 'lab', namePrefix });
  const objects = synthesize({ ...input, namespace }, release).filter(({ kind }) => kind !== 'Namespace');
  const text = JSON.stringify(objects).replaceAll(
    '"app.kubernetes.io/managed-by":"cdk8s"',
    '"app.kubernetes.io/managed-by":"Helm"',
  );
  const chart = { 'helm.sh/chart': 'backend-under-load-0.1.0' };
  return inOrder(
    (JSON.parse(text) as KubeObject[]).map((object) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...chart } },
    })),
  );
}

function inOrder(objects: KubeObject[]): KubeObject[] {
  const title = ({ kind, metadata }: KubeObject) => `${kind}/${metadata.name}`;
  return [...objects].sort((a, b) => (title(a) < title(b) ? -1 : 1));
}

/** Settings as values of the chart. Helm sets the namespace itself, and only `lab run` makes the pods of a load. */
export function asValues({
  namespace: _namespace,
  load: _load,
  imageRegistry,
  ...values
}: LabPropsInput): object {
  return { ...values, ...(imageRegistry !== undefined && { global: { imageRegistry } }) };
}
