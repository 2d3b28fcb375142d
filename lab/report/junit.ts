import type { Finding } from '../verdict/evaluate';
import type { Verdict } from '../verdict/verdict';
import { engineOf, leftOutOf, lengthOf, notRepeatedOf, partOf, versionsOf, type Report } from './report';
import { diagnosisText } from './text';

/**
 * For CI systems: one suite per run, one test case per claim. A claim that could not be judged is skipped,
 * with the reason. A run without impact is skipped as a whole, so that it never counts as passed.
 */
export function junitReport(reports: Report[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', {}, reports.map(suite))}\n`;
}

function suite(report: Report, id: number): string {
  const { run, verdict, evidence } = report;
  const recording = evidence.arms.get(evidence.judgedArm);
  const cases = verdict.findings.map((finding) => outcomeOf(finding, verdict));
  const count = (kind: JunitKind): string => String(cases.filter((outcome) => outcome.kind === kind).length);
  return element(
    'testsuite',
    {
      name: run.experiment,
      id: String(id),
      package: 'backend-under-load',
      hostname: 'localhost',
      timestamp: withoutZone(run.startedAt),
      time: seconds(recording?.end?.t ?? recording?.until ?? 0),
      tests: String(cases.length),
      failures: count('failure'),
      errors: '0',
      skipped: count('skipped'),
    },
    [
      element('properties', {}, propertiesOf(report).map(property)),
      ...verdict.findings.map((finding, index) => testcase(finding, run.experiment, cases[index] as Case)),
      element('system-out', {}, [escape(`${diagnosisText(verdict.diagnosis, {}, WIDTH)}\n`)]),
      element(
        'system-err',
        {},
        leftOutOf(report).map((why) => escape(`${why}\n`)),
      ),
    ],
  );
}

/** Columns of the diagnosis, which CI systems show as it is. */
const WIDTH = 100;

/** Keeps a time a decimal number, whatever a damaged recording says. */
const LONGEST_MS = 10 ** 12;

type JunitKind = 'passed' | 'failure' | 'skipped';

interface Case {
  kind: JunitKind;
  message: string;
}

function outcomeOf({ result, measured }: Finding, { outcome, why }: Verdict): Case {
  if (outcome === 'no impact' || outcome === 'inconclusive') {
    return { kind: 'skipped', message: `${outcome}: ${why ?? measured}` };
  }
  if (result === 'inconclusive') return { kind: 'skipped', message: `inconclusive: ${measured}` };
  return { kind: result === 'held' ? 'passed' : 'failure', message: measured };
}

/** A claim has no duration of its own: it is judged over a part of the run. */
function testcase({ id, says, because }: Finding, experiment: string, { kind, message }: Case): string {
  const attributes = { name: `${id}: ${says}`, classname: experiment, time: '0.000' };
  if (kind === 'passed') return element('testcase', attributes, []);
  if (kind === 'skipped') return element('testcase', attributes, [element('skipped', { message }, [])]);
  const detail = escape(`${message}\nReason for the threshold: ${because}.`);
  return element('testcase', attributes, [element('failure', { message, type: 'refuted' }, [detail])]);
}

function propertiesOf(report: Report): [name: string, value: string][] {
  const { run, verdict, prediction, changes, folder, repeat } = report;
  return [
    ['verdict', verdict.outcome],
    ['diagnosis', verdict.diagnosis.cause],
    ['engine', engineOf(run)],
    ['limits', `${run.engine.limits.rung}: ${run.engine.limits.label}`],
    ['length', lengthOf(run)],
    ['versions', versionsOf(run)],
    ['recording', folder],
    ['repeat', repeat],
    ...notRepeatedOf(report).map((why): [string, string] => ['not repeated', why]),
    ...(prediction?.parts ?? []).map((part): [string, string] => [
      `prediction.${part.part}`,
      `${partOf(part)}: ${part.because}`,
    ]),
    ...changes.map(({ path, value }): [string, string] => [`props.${path}`, value]),
  ];
}

function property([name, value]: [string, string]): string {
  // The schema requires at least one character.
  return element('property', { name, value: value || '-' }, []);
}

function element(name: string, attributes: Record<string, string>, children: string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  const open = `<${name}${written.join('')}`;
  if (children.length === 0) return `${open}/>`;
  const inner = children.every((child) => child.startsWith('<'))
    ? `\n${children.join('\n')}\n`
    : children.join('');
  return `${open}>${inner}</${name}>`;
}

const ENTITY: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
};

function escape(text: string): string {
  return text.replace(/[&<>"'\n]/g, (found) => ENTITY[found] as string);
}

/** A time in the schema's format, in UTC. */
function withoutZone(iso: string): string {
  const date = new Date(iso);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString().slice(0, 19);
}

function seconds(ms: number): string {
  return (Math.min(Math.max(ms, 0), LONGEST_MS) / 1000).toFixed(3);
}
