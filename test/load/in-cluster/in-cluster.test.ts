import { join } from 'node:path';
import fc from 'fast-check';
import { parseProps, type LabPropsInput } from '../../../constructs';
import { Collected } from '../../../lab/load/in-cluster/collected';
import { parseLine } from '../../../lab/load/in-cluster/line-protocol';
import { generatorObject, type LoadPlan, supportObjects } from '../../../lab/load/in-cluster/objects';
import { scriptFiles } from '../../../lab/load/in-cluster/script-files';
import { mergeSummaries, summaryOf } from '../../../lab/load/in-cluster/summary';
import { loadPodsOf, refuseWithoutStarter } from '../../../lab/run/load-pods';
import { podsOf } from '../../constructs/policies/pods';

const START = 1_795_552_700_000;

/** A line as k6 1.8 writes it. */
const request = (atMs: number, ms: number, more = '') =>
  `http_req_duration,expected_response=true,method=GET,name=/api/cpu,scenario=stress,status=200${more} ` +
  `iter=0i,url="http://backend.ns.svc:8000/api/cpu?complexity=3",value=${ms},vu=1i ${START + atMs}000000`;

it("a line of k6's samples is read with its tags, its text fields and its time", () => {
  expect(parseLine(request(1500, 16.25))).toEqual({
    kind: 'point',
    metric: 'http_req_duration',
    value: 16.25,
    epochMs: expect.closeTo(START + 1500, 2),
    tags: expect.objectContaining({
      name: '/api/cpu',
      scenario: 'stress',
      status: '200',
      url: 'http://backend.ns.svc:8000/api/cpu?complexity=3',
    }),
  });
});

it('names and values are read unchanged, whatever they contain', () => {
  const escaped = (text: string) => text.replace(/[,= ]/g, '\\$&');
  const word = fc.stringMatching(/^[a-zA-Z0-9 ,=/:?&.-]{1,20}$/);
  fc.assert(
    fc.property(
      word,
      word,
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
      (name, url, value) => {
        const point = parseLine(`vus,name=${escaped(name)} url="${url}",value=${value} 1000000`);
        expect(point).toMatchObject({ metric: 'vus', value, epochMs: 1, tags: { name, url } });
      },
    ),
  );
});

it('no text without a value and a time is read as a sample', () => {
  fc.assert(fc.property(fc.string(), (text) => void expect(parseLine(`${text}x`)?.value ?? 0).not.toBeNaN()));
  for (const line of ['', 'vus', 'vus value=1', 'vus value= 1', 'vus x=1 1'])
    expect(parseLine(line)).toBeUndefined();
});

it('samples of several generators form one load, and each event is delivered once', () => {
  let now = START;
  const collected = new Collected(
    () => now,
    () => now,
  );
  collected.add(request(-500, 1));
  collected.begin();
  now = START + 500;
  collected.add([request(100, 5, ',instance_id=1'), request(200, 6, ',instance_id=2')].join('\n'));
  collected.add(
    `vus,instance_id=1 value=3 ${START + 300}000000\nvus,instance_id=2 value=4 ${START + 300}000000`,
  );
  collected.add(`iterations,scenario=stress value=2 ${START + 400}000000\nnot a line`);
  now = START + 3600;
  const first = collected.after(0, false);
  expect(first.events).toMatchObject([
    { type: 'requests', t: 1000, count: 2, outcome: 'ok' },
    { type: 'load', t: 1000, completed: 2, activeVUs: 7 },
  ]);
  expect(first.totals).toEqual({ requests: 2, iterations: 2, unreadable: 1, points: 5 });
  expect(collected.after(first.last, false).events).toEqual([]);
});

const EXPORT = JSON.stringify(
  {
    root_group: { groups: {}, checks: { 'status is 200': { name: 'status is 200', passes: 3, fails: 1 } } },
    metrics: {
      http_reqs: { count: 4, rate: 2 },
      iterations: { count: 4, rate: 2 },
      http_req_failed: { passes: 1, fails: 3, value: 0.25, thresholds: { 'rate<0.1': true } },
    },
  },
  null,
  4,
);

it("k6's summary is found at the end of its log, after any output of the script", () => {
  const summary = summaryOf({ exitCode: 99, log: `{ "mine": 1 }\nhello\n${EXPORT}\n` });
  expect(summary).toMatchObject({
    aborted: false,
    requests: 4,
    durationMs: 2000,
    thresholds: { 'http_req_failed: rate<0.1': false },
    checks: { 'status is 200': { passes: 3, fails: 1 } },
  });
});

test.each([
  [107, 'usage'],
  [137, 'environment'],
])('a generator that ends with %d causes an error with its last output, of kind %s', (code, kind) => {
  const run = () => summaryOf({ exitCode: code, log: 'ReferenceError: x is not defined\n' });
  expect(run).toThrow(expect.objectContaining({ kind, message: expect.stringContaining('ReferenceError') }));
});

it('summaries of a divided load are added up, and a threshold holds only if it holds in every part', () => {
  const part = summaryOf({ exitCode: 0, log: EXPORT });
  const other = { ...part, requests: 6, thresholds: { 'http_req_failed: rate<0.1': true } };
  expect(mergeSummaries([other, part])).toMatchObject({
    requests: 10,
    thresholds: { 'http_req_failed: rate<0.1': false },
    checks: { 'status is 200': { passes: 6, fails: 2 } },
  });
});

const plan = async (parallelism: number, input: LabPropsInput = {}): Promise<LoadPlan> => ({
  namespace: 'ns',
  labels: { 'backend-under-load/run': 'r1' },
  script: await scriptFiles(join(__dirname, '../../../loadtests/cpu-stress/load.ts')),
  env: { LAB_LENGTH: 'compressed' },
  forbidden: ['0.0.0.0/1'],
  parallelism,
  pods: loadPodsOf(parseProps(input)),
});

it('a script includes the files that it imports, at the same paths', async () => {
  const { script } = await plan(1);
  expect(script.entry).toBe('cpu-stress/load.ts');
  expect(Object.keys(script.files)).toEqual(
    expect.arrayContaining(['cpu-stress/load.ts', 'shared/length.ts']),
  );
});

test.each([
  [1, 'Job'],
  [3, 'TestRun'],
])('a load with %d generators is a %s', async (parallelism, kind) => {
  const load = await plan(parallelism);
  const generator = generatorObject(load, '10.0.0.9:8086');
  expect(generator.kind).toBe(kind);
  expect(JSON.stringify(generator)).toContain('influxdb=http://10.0.0.9:8086/k6');
  for (const { metadata } of [generator, ...supportObjects(load)]) {
    expect(metadata.labels).toMatchObject({
      'backend-under-load/run': 'r1',
      'app.kubernetes.io/component': 'load',
    });
  }
});

const resources = (cpu: [string, string], memory: [string, string]) => ({
  requests: { cpu: cpu[0], memory: memory[0], 'ephemeral-storage': '32Mi' },
  limits: { cpu: cpu[1], memory: memory[1], 'ephemeral-storage': '256Mi' },
});

describe.each([1, 2])('the pods of a load with %d generators', (parallelism) => {
  const podsWith = async (input: LabPropsInput) => {
    const load = await plan(parallelism, input);
    return podsOf([...supportObjects(load), generatorObject(load, '10.0.0.9:8086')]);
  };

  it('have requests and limits, which a quota may demand, and both are settings', async () => {
    for (const { spec } of await podsWith({}))
      expect(Object.keys(spec.containers[0]!.resources!.limits!)).toEqual([
        'cpu',
        'memory',
        'ephemeral-storage',
      ]);
    const all = await podsWith({
      load: {
        generator: {
          cpuRequestMillicores: 11,
          cpuLimitMillicores: 12,
          memoryRequestMebibytes: 33,
          memoryLimitMebibytes: 34,
        },
        collector: {
          cpuRequestMillicores: 21,
          cpuLimitMillicores: 22,
          memoryRequestMebibytes: 43,
          memoryLimitMebibytes: 44,
        },
      },
    });
    const [collector, ...generators] = all.map(({ spec }) => spec.containers[0]!.resources);
    expect(collector).toEqual(resources(['21m', '22m'], ['43Mi', '44Mi']));
    for (const generator of generators)
      expect(generator).toEqual(resources(['11m', '12m'], ['33Mi', '34Mi']));
  });

  it('run where the settings say, and pull their images with its secrets', async () => {
    const placement = {
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { disktype: 'ssd' },
      tolerations: [{ key: 'lab', operator: 'Exists' as const }],
      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
    };
    const load = await plan(parallelism, { ...placement, priorityClassName: 'important' });
    const [collector, generator] = [supportObjects(load).at(-1)!, generatorObject(load, '10.0.0.9:8086')];
    expect(collector.spec).toMatchObject({ ...placement, priorityClassName: 'important' });
    const spec = generator.spec as Record<string, { spec: object }>;
    const roles = parallelism === 1 ? [spec.template!.spec] : [spec.runner, spec.initializer, spec.starter];
    for (const role of roles) expect(role).toMatchObject(placement);
  });

  it('come from the registry of the settings, or have the images of the settings', async () => {
    const images = async (input: LabPropsInput) =>
      (await podsWith(input)).map(({ spec }) => spec.containers[0]!.image);
    const starterImage = { registry: 'ghcr.io', repository: 'grafana/k6-operator', tag: 'v1-starter' };
    const all = await images({
      imageRegistry: 'registry.example.org:5000/lab',
      load: { generator: { starterImage } },
    });
    const generator = 'registry.example.org:5000/lab/grafana/k6:1.8.1';
    expect(all).toEqual([
      'registry.example.org:5000/lab/backend-under-load/lab:0.1.0',
      generator,
      ...(parallelism === 1
        ? []
        : [generator, 'registry.example.org:5000/lab/grafana/k6-operator:v1-starter']),
    ]);
    const own = await images({
      load: {
        generator: { image: { repository: 'my/k6', tag: '2' } },
        collector: { image: { repository: 'my/lab', tag: '3' } },
      },
    });
    expect(own.slice(0, 2)).toEqual(['my/lab:3', 'my/k6:2']);
  });

  it('have the common labels and annotations, and name their own container', async () => {
    const load = await plan(parallelism, {
      commonLabels: { team: 'payments' },
      commonAnnotations: { note: 'object' },
      podAnnotations: { 'sidecar.istio.io/inject': 'false' },
    });
    const [policy, , collector] = supportObjects(load);
    const generator = generatorObject(load, '10.0.0.9:8086');
    for (const { metadata } of [policy!, collector!, generator]) {
      expect(metadata).toMatchObject({ labels: { team: 'payments' }, annotations: { note: 'object' } });
    }
    const spec = generator.spec as Record<'template' | 'runner', { metadata: object }>;
    const { metadata } = parallelism === 1 ? spec.template : spec.runner;
    expect(metadata).toMatchObject({
      labels: { team: 'payments' },
      annotations: { 'sidecar.istio.io/inject': 'false', 'kubectl.kubernetes.io/default-container': 'k6' },
    });
    expect(collector!.metadata.annotations).toMatchObject({
      'sidecar.istio.io/inject': 'false',
      'kubectl.kubernetes.io/default-container': 'collector',
    });
  });
});

it('an OOM kill of a generator is reported with the setting that raises its limit', () => {
  const run = () => summaryOf({ exitCode: 137, reason: 'OOMKilled', log: '' });
  expect(run).toThrow(
    expect.objectContaining({
      kind: 'environment',
      message: expect.stringContaining('OOMKilled'),
      hint: expect.stringContaining('--set load.generator.memoryLimitMebibytes'),
    }),
  );
});

describe('several generators in a cluster that pulls from one registry', () => {
  const registry = { imageRegistry: 'registry.example.org/lab' };
  const check = (input: LabPropsInput, parallelism: number) => () =>
    refuseWithoutStarter(parseProps(input), parallelism);

  it("are refused while they would be started with an image of the operator's own release", () => {
    expect(check(registry, 2)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        message: expect.stringContaining('load.generator.starterImage.repository is empty'),
        hint: expect.stringContaining('--set load.generator.starterImage.repository='),
      }),
    );
  });

  it('are accepted with an image to start them, and so are one generator and a cluster with any registry', () => {
    const starterImage = { repository: 'grafana/k6-operator', tag: 'v1-starter' };
    expect(check({ ...registry, load: { generator: { starterImage } } }, 2)).not.toThrow();
    expect(check(registry, 1)).not.toThrow();
    expect(check({}, 2)).not.toThrow();
  });
});
