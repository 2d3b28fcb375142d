import type { Element } from '@xmldom/xmldom';
import { FORMATS, render } from '../../lab/report/formats';
import type { Report } from '../../lab/report/report';
import type { Finding } from '../../lab/verdict/evaluate';
import type { Outcome } from '../../lab/verdict/outcome';
import { childrenOf, parseXml } from './documents';
import { sampleReport } from './hostile';

/**
 * The common part of the two schemas in use, Ant's and Jenkins': for each element its required attributes
 * with their forms, and its child elements in order.
 */
const TEXT = /^[^]*$/;
const WORDS = /\S/;
const COUNT = /^\d+$/;
const SECONDS = /^\d+(\.\d+)?$/;
const SCHEMA: Record<string, { attributes: Record<string, RegExp>; children: RegExp }> = {
  testsuites: { attributes: {}, children: /^(testsuite )*$/ },
  testsuite: {
    attributes: {
      name: WORDS,
      id: COUNT,
      package: WORDS,
      hostname: WORDS,
      timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
      time: SECONDS,
      tests: COUNT,
      failures: COUNT,
      errors: COUNT,
      skipped: COUNT,
    },
    children: /^properties (testcase )*system-out system-err $/,
  },
  properties: { attributes: {}, children: /^(property )*$/ },
  property: { attributes: { name: WORDS, value: TEXT }, children: /^$/ },
  testcase: {
    attributes: { name: WORDS, classname: WORDS, time: SECONDS },
    children: /^((skipped|failure) )?$/,
  },
  skipped: { attributes: { message: TEXT }, children: /^$/ },
  failure: { attributes: { message: TEXT, type: WORDS }, children: /^$/ },
  'system-out': { attributes: {}, children: /^$/ },
  'system-err': { attributes: {}, children: /^$/ },
};

function breaches(element: Element): string[] {
  const { tagName } = element;
  const rule = SCHEMA[tagName];
  if (!rule) return [`<${tagName}> is not known`];
  const present = Array.from(element.attributes).map(({ name }) => name);
  const children = childrenOf(element);
  const sequence = children.map((child) => `${child.tagName} `).join('');
  return [
    ...present.filter((name) => !(name in rule.attributes)).map((name) => `${tagName}@${name} is not known`),
    ...Object.entries(rule.attributes)
      .filter(([name, form]) => !form.test(element.getAttribute(name) ?? ''))
      .map(([name]) => `${tagName}@${name} is ${JSON.stringify(element.getAttribute(name))}`),
    ...(rule.children.test(sequence) ? [] : [`${tagName} holds ${sequence}`]),
    ...children.flatMap(breaches),
  ];
}

const junit = FORMATS.find(({ name }) => name === 'junit')!;
const suites = (...reports: Report[]): Element => parseXml(render(junit, reports));
const all = (root: Element, tag: string): Element[] => Array.from(root.getElementsByTagName(tag));

/** The sample with another outcome and another result for one claim. */
function report(outcome: Outcome, result: Finding['result'] = 'held', why?: string): Report {
  const sample = sampleReport();
  const [first, ...others] = sample.verdict.findings;
  const findings = [{ ...first!, result }, ...others];
  return { ...sample, verdict: { ...sample.verdict, outcome, findings, ...(why && { why }) } };
}

describe('the JUnit report', () => {
  const ALL = [
    report('held'),
    report('refuted', 'refuted'),
    report('inconclusive', 'inconclusive', 'cut off'),
    report('no impact', 'refuted', 'no pressure'),
  ];

  it('is valid for every outcome, alone and together', () => {
    for (const reports of [...ALL.map((one) => [one]), ALL, []]) {
      expect(breaches(suites(...reports))).toEqual([]);
    }
  });

  it('has a passed case for each claim that held', () => {
    const root = suites(report('held'));
    expect(all(root, 'testcase')).toHaveLength(sampleReport().verdict.findings.length);
    expect([...all(root, 'failure'), ...all(root, 'skipped')]).toEqual([]);
  });

  it('fails the refuted claim with the measured value and the reason for the threshold', () => {
    const root = suites(report('refuted', 'refuted'));
    const [failure] = all(root, 'failure');
    const { measured, because } = sampleReport().verdict.findings[0]!;
    expect(failure?.getAttribute('message')).toBe(measured);
    expect(failure?.textContent).toContain(because);
    expect(all(root, 'testsuite')[0]?.getAttribute('failures')).toBe('1');
  });

  it.each<Outcome>(['no impact', 'inconclusive'])('skips every claim of a run that is %s', (outcome) => {
    const root = suites(report(outcome, 'refuted', 'the reason'));
    const skipped = all(root, 'skipped');
    expect(skipped).toHaveLength(sampleReport().verdict.findings.length);
    expect(skipped[0]?.getAttribute('message')).toBe(`${outcome}: the reason`);
    expect(all(root, 'testsuite')[0]?.getAttribute('skipped')).toBe(String(skipped.length));
    expect(all(root, 'failure')).toEqual([]);
  });

  it('lists engine, limits, settings, prediction and the command that repeats the run', () => {
    const properties = Object.fromEntries(
      all(suites(report('held')), 'property').map((one) => [
        one.getAttribute('name'),
        one.getAttribute('value'),
      ]),
    );
    expect(properties).toMatchObject({
      engine: 'local engine, embedded load generator',
      limits: expect.stringContaining('cgroup-v1: kernel limits'),
      'props.backend.replicas': '2',
      'prediction.cause': expect.stringContaining('cpu limit (wrong)'),
      repeat: expect.stringMatching(/^npx lab run cascade-failure/),
    });
  });

  it('tells the whole diagnosis, also what was ruled out and what was not measured', () => {
    const sample = report('held');
    const unknown = [{ cause: 'memory limit', because: 'not measured: OOM kills' }];
    const { firstSymptom: _, ...diagnosis } = {
      ...sample.verdict.diagnosis,
      unknown,
      unknownSymptoms: ['pool'],
    };
    const root = suites({ ...sample, verdict: { ...sample.verdict, diagnosis } });
    const says = all(root, 'system-out')[0]!.textContent!.replace(/\s+/g, ' ');
    for (const { cause, because } of diagnosis.ruledOut) expect(says).toContain(`${cause}: ${because}`);
    for (const step of diagnosis.tryNext) expect(says).toContain(step);
    expect(says).toContain('Not ruled out memory limit: not measured: OOM kills');
    expect(says).toContain('First symptom none was seen; not measured: pool');
  });
});
