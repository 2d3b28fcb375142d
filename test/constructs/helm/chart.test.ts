import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { parseProps, PropsError, setProp, synthesize, type LabPropsInput } from '../../../constructs';
import { helmChart } from '../../../constructs/helm/chart';
import { requires } from '../../support/requirements';
import { validProps } from '../arbitraries';
import { workloads } from '../objects';
import { contradictoryProps, malformedProps } from './broken';
import { asValues, chartFolder, expected, helm, notesWith, render, renderAs } from './helm';

const ROOT = resolve(__dirname, '../../..');

test('the committed chart matches the constructs', () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'bin', 'lab.js'), 'chart', '--check'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
  expect(stdout).toContain('is up to date');
  expect(status).toBe(0);
}, 120_000);

interface ChartYaml {
  icon: string;
  maintainers: object[];
  annotations: Record<string, string>;
}

const problemsOf = (props: LabPropsInput): string[] => {
  try {
    parseProps(props);
  } catch (error) {
    if (error instanceof PropsError) return error.problems;
    throw error;
  }
  return [];
};

requires('helm')('the chart, rendered by Helm', () => {
  const chart = chartFolder();

  test('makes the same objects as the constructs for any settings', () => {
    fc.assert(
      fc.property(validProps, (props) => {
        const { objects, stderr } = render(chart, asValues(props));
        expect(stderr).toBe('');
        expect(objects).toEqual(expected(props));
      }),
      { numRuns: 100 },
    );
  }, 240_000);

  test('refuses the malformed values that the lab refuses', () => {
    fc.assert(
      fc.property(malformedProps, (props) => {
        expect(problemsOf(props)).not.toEqual([]);
        const { status, stderr } = render(chart, asValues(props));
        expect(status).not.toBe(0);
        expect(stderr).toContain("values don't meet the specifications of the schema");
      }),
      { numRuns: 50 },
    );
  }, 120_000);

  test("refuses contradictory values with the lab's own message", () => {
    fc.assert(
      fc.property(contradictoryProps, (props) => {
        const problems = problemsOf(props);
        expect(problems).not.toEqual([]);
        const { status, stderr } = render(chart, asValues(props));
        expect(status).not.toBe(0);
        for (const problem of problems) expect(stderr).toContain(problem);
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  test.each([
    'backend.replicas=3',
    'postgres.rows=1000000',
    'faults.enabled=false',
    'monitoring.mode=operator',
    'nodeSelector.disktype=ssd',
    'commonLabels.example\\.com/team=payments',
    'tolerations[0].key=lab',
    'tolerations[0].operator=Exists',
    'imagePullSecrets[0].name=registry',
  ])('--set %s means the same to Helm and to the lab', (change) => {
    const [path, text] = change.split(/=(.*)/) as [string, string];
    const { objects, stderr } = render(chart, {}, '--set', change);
    expect(stderr).toBe('');
    expect(objects).toEqual(expected(setProp({}, path, text)));
  });

  test.each<[string, object, string]>([
    ['fullnameOverride', { fullnameOverride: 'shop' }, 'shop-'],
    ['nameOverride', { nameOverride: 'shop' }, 'lab-shop-'],
    ['nameOverride that the release contains', { nameOverride: 'la' }, 'lab-'],
  ])('%s changes every name, and nothing else differs', (_what, names, prefix) => {
    for (const mode of ['operator', 'bundled'] as const) {
      const props: LabPropsInput = { monitoring: { mode }, postgres: { pooler: { enabled: true } } };
      const { objects, stderr } = render(chart, { ...props, ...names });
      expect(stderr).toBe('');
      expect(objects).toEqual(expected(props, prefix));
      expect(objects.filter(({ metadata }) => !metadata.name.startsWith(prefix))).toEqual([]);
    }
  });

  test.each(['1st', 'lab.shop'])(
    'the release %s may begin no names, unless fullnameOverride does',
    (release) => {
      const named = (values: object) => renderAs(release, chart, values);
      const refused = named({ nameOverride: 'shop' });
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toContain(
        `nameOverride: the names would begin with that of the release, '${release}'`,
      );
      expect(named({ nameOverride: 'shop', fullnameOverride: 'shop' }).stderr).toBe('');
      expect(named({}).stderr).toBe('');
    },
  );

  test.each<[string, object, string[]]>([
    ['a Service of the cluster', {}, []],
    [
      'an Ingress',
      { ingress: { enabled: true, host: 'lab.example.org', path: '/lab', tls: [{ secretName: 'x' }] } },
      ['through the Ingress', 'https://lab.example.org/lab'],
    ],
    [
      'an HTTPRoute',
      { httpRoute: { enabled: true, hostnames: ['a.example.org', 'b.example.org'] } },
      ['through the HTTPRoute', 'http://a.example.org/\n', 'http://b.example.org/\n'],
    ],
    ['the nodes', { service: { type: 'NodePort' } }, ['at any node', '{.spec.ports[0].nodePort}']],
    ['a load balancer', { service: { type: 'LoadBalancer' } }, ['at port 8000', '.loadBalancer.ingress[0]']],
  ])('the notes tell how to reach %s, and always from the own machine', (_what, backend, told) => {
    const notes = notesWith(chart, { backend });
    for (const text of [...told, 'port-forward service/backend 8000\n']) expect(notes).toContain(text);
    expect(notes.match(/^Reach it.*:$/gm)).toHaveLength(told.length > 0 ? 2 : 1);
    expect(notes).not.toMatch(/\n\n\n/);
  });

  test('namespaceOverride replaces the namespace of the release everywhere', () => {
    const props: LabPropsInput = { monitoring: { mode: 'bundled' } };
    const { objects } = render(chart, { ...props, namespaceOverride: 'elsewhere' });
    expect(objects).toEqual(expected(props, '', 'elsewhere'));
  });

  test('extraManifests are installed, and templates in them are rendered', () => {
    const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
    const text = JSON.stringify(configMap('{{ .Release.Name }}-text'));
    const { objects, stderr } = render(chart, {
      extraManifests: [configMap('{{ .Values.postgres.database }}-map'), text],
    });
    expect(stderr).toBe('');
    const extra = objects.filter(({ metadata }) => metadata.namespace === undefined);
    expect(extra).toEqual([configMap('lab-map'), configMap('lab-text')]);
  });

  test('works as a part of another chart, with a condition, an alias and global values', () => {
    const parent = mkdtempSync(join(tmpdir(), 'lab-parent-'));
    try {
      const dependency = {
        name: 'backend-under-load',
        alias: 'lab',
        version: '0.1.0',
        condition: 'lab.enabled',
      };
      const about = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies: [dependency] };
      writeFileSync(join(parent, 'Chart.yaml'), JSON.stringify(about));
      cpSync(chart, join(parent, 'charts', 'backend-under-load'), { recursive: true });
      const values = (enabled: boolean) => ({
        global: { region: 'x' },
        lab: { enabled, backend: { replicas: 2 } },
      });
      const on = render(parent, values(true));
      expect(on.stderr).toBe('');
      expect(on.objects).toEqual(expected({ backend: { replicas: 2 } }));
      expect(render(parent, values(false)).objects).toEqual([]);
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  test('names every image that it may use, and what registries of charts ask for', () => {
    const about = parse(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as ChartYaml;
    expect(about.icon).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(about.maintainers).not.toEqual([]);
    expect(about.annotations['artifacthub.io/license']).toBe('MIT');
    const listed = parse(about.annotations['artifacthub.io/images']!) as { name: string; image: string }[];
    const props: LabPropsInput = { postgres: { pooler: { enabled: true } }, monitoring: { mode: 'bundled' } };
    const used = workloads(synthesize(props)).map(({ spec }) => spec.template.spec.containers[0]!.image);
    expect(listed.map(({ image }) => image).sort()).toEqual(used.sort());
    expect(listed.map(({ name }) => name)).toContain('backend');
  });

  test('names its addresses once they are known', () => {
    const known = { home: 'https://lab.example.org', source: 'https://git.example.com/lab' };
    expect(parse(helmChart('0.1.0', known).get('Chart.yaml')!)).toMatchObject({
      home: known.home,
      sources: [known.source],
    });
  });

  test('does not allow a value to be removed', () => {
    expect(render(chart, {}, '--set', 'backend.replicas=null').status).not.toBe(0);
  });

  test('passes helm lint --strict', () => {
    const { status, stdout, stderr } = helm('lint', '--strict', chart);
    expect(stdout + stderr).toContain('0 chart(s) failed');
    expect(status).toBe(0);
  });

  test('packs to the same bytes every time, and Helm accepts the package', () => {
    const pack = () => {
      const { stdout, status } = spawnSync(
        process.execPath,
        [join(ROOT, 'bin', 'lab.js'), 'chart', '--package', join(chart, 'packages')],
        { cwd: ROOT, encoding: 'utf8' },
      );
      expect(status).toBe(0);
      return { path: stdout.trim(), bytes: readFileSync(stdout.trim()) };
    };
    const first = pack();
    expect(pack().bytes.equals(first.bytes)).toBe(true);
    expect(helm('show', 'values', first.path).stdout.trim()).toBe(
      readFileSync(join(chart, 'values.yaml'), 'utf8').trim(),
    );
    expect(render(first.path, {}).objects).toEqual(expected({}));
  });

  test('needs nothing beyond a plain cluster unless the values ask for it', () => {
    const apis = new Set(synthesize().map(({ apiVersion }) => apiVersion.split('/')[0]));
    expect(apis).toEqual(new Set(['v1', 'apps', 'networking.k8s.io']));
    expect(new Set(render(chart, {}).objects.map(({ kind }) => kind))).not.toContain('ServiceMonitor');
  });
});
