import { ApiObject, App, Chart } from 'cdk8s';
import type { KubeObject } from '../kube-object';
import { LabChart } from '../lab-chart';
import { PROJECT } from '../labels';
import { Optional } from '../optional';
import { literalOf, placeholder } from '../placeholder';
import { share } from '../shared';
import { DEFINITIONS } from '../values';
import { chartYaml, HELMIGNORE, type Addresses } from './about';
import { checksTemplate } from './checks';
import { conventionDefinitions, EXTRA_MANIFESTS } from './conventions';
import { chartSettings, placeholderProps, RELEASE } from './settings';
import { toTemplate } from './template';
import { TestPod } from './test-pod';
import { NOTES, readme } from './texts';
import { valuesSchema, valuesYaml } from './values';

const MANAGED_BY = 'app.kubernetes.io/managed-by';

/**
 * The Helm chart of the system by file name: what the constructs make of placeholders. It makes the same
 * objects as the constructs do from the same settings, with these exceptions: no Namespace (a release is
 * installed into one), the release's namespace on every object, and Helm as their manager.
 * @param version of chart and application.
 * @param addresses of the project, as far as they are known.
 * @throws Error naming each setting that has no effect in the chart because a construct lost it.
 */
export function helmChart(version: string, addresses: Addresses = {}): Map<string, string> {
  const props = placeholderProps();
  const app = new App();
  const tests = new Chart(app, 'tests', { namespace: props.namespace, disableResourceNameHashes: true });
  share(tests, props, RELEASE);
  const system = new LabChart(app, PROJECT, props, RELEASE);
  new TestPod(tests, 'test-pod', { backend: system.backend, image: props.backend.image });
  const templates = [
    ...objectsOf(system).map((object) => templateOf(object, 'templates')),
    ...objectsOf(tests).map((object) => templateOf(object, 'templates/tests')),
  ];
  refuseSameNames(templates.map(([name]) => name));
  const files = new Map([
    ['.helmignore', HELMIGNORE],
    ['Chart.yaml', chartYaml(version, addresses)],
    ['README.md', readme(version)],
    ['values.yaml', valuesYaml()],
    ['values.schema.json', `${JSON.stringify(valuesSchema(), null, 2)}\n`],
    ['templates/NOTES.txt', NOTES],
    ['templates/_definitions.tpl', definitions()],
    ['templates/checks.yaml', checksTemplate()],
    ['templates/extra-manifests.yaml', EXTRA_MANIFESTS],
    ...templates,
  ]);
  refuseLostSettings([...files].filter(([name]) => name.startsWith('templates/')).map(([, text]) => text));
  return files;
}

function objectsOf(chart: Chart): ApiObject[] {
  return chart.node
    .findAll()
    .filter((construct) => ApiObject.isApiObject(construct))
    .filter(({ kind }) => kind !== 'Namespace');
}

function templateOf(object: ApiObject, folder: string): [name: string, text: string] {
  const conditions = Optional.conditionsOf(object);
  const body = toTemplate(ofTheChart(managedByHelm(object.toJson()) as KubeObject));
  const name = `${folder}/${fileName(object)}-${object.kind.toLowerCase()}.yaml`;
  if (conditions.length === 0) return [name, `${body}\n`];
  const [only, ...more] = conditions;
  const all = more.length === 0 ? only : `and ${conditions.map((one) => `(${one})`).join(' ')}`;
  return [name, `{{- if ${all} }}\n${body}\n{{- end }}\n`];
}

/** The object's name without its prefix. An object that users name is called after its place. */
function fileName(object: ApiObject): string {
  return literalOf(object.name) || object.node.path.split('/')[1]!;
}

/** Not on pods, which would be replaced with every version of the chart. */
function ofTheChart(object: KubeObject): KubeObject {
  const chart = placeholder<string>('string', 'include "backend-under-load.chart" .');
  const labels = { ...object.metadata.labels, 'helm.sh/chart': chart };
  return { ...object, metadata: { ...object.metadata, labels } };
}

function managedByHelm(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(managedByHelm);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === MANAGED_BY ? placeholder('string', '.Release.Service') : managedByHelm(value),
  ]);
  return Object.fromEntries(entries);
}

function definitions(): string {
  return Object.entries({ ...DEFINITIONS, ...conventionDefinitions() })
    .map(([name, body]) => `{{- define "${name}" -}}\n${body}\n{{- end -}}\n`)
    .join('\n');
}

function refuseSameNames(names: string[]): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`two objects would be written to ${twice.join(', ')}`);
}

function refuseLostSettings(templates: string[]): void {
  const all = templates.join('\n');
  const lost = chartSettings().filter(
    ({ path }) => !new RegExp(`\\.Values\\.${path.replaceAll('.', '\\.')}\\b`).test(all),
  );
  if (lost.length === 0) return;
  throw new Error(
    `no template uses ${lost.map(({ path }) => path).join(', ')}: ` +
      'a construct must pass a setting on, or compute with it by a function of constructs/values.ts; `if` and `Math` only see a placeholder',
  );
}
