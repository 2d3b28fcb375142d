import { styleText } from 'node:util';
import type { Diagnosis } from '../verdict/diagnosis';
import type { Finding } from '../verdict/evaluate';
import type { Outcome } from '../verdict/outcome';
import type { PartScore } from '../verdict/score';
import type { Validity } from '../verdict/validity';
import type { Verdict } from '../verdict/verdict';
import { columnsOf, hanging, reportWidth, wrap } from './layout';
import {
  changesOf,
  countsOf,
  engineOf,
  firstSymptomOf,
  decisionInWords,
  harmsOf,
  lengthOf,
  notRepeatedOf,
  partOf,
  scoreOf,
  sighted,
  versionsOf,
  whoSuffered,
  type Report,
} from './report';

const INDENT = 16;
const UNDER_MARK = '    ';

const COLOUR: Record<Outcome, 'green' | 'red' | 'yellow'> = {
  held: 'green',
  refuted: 'red',
  'no impact': 'yellow',
  inconclusive: 'yellow',
};
const SCORE = {
  right: ['green', '+'],
  close: ['yellow', '~'],
  wrong: ['red', '-'],
  open: ['yellow', '?'],
} as const;
const MARK = { held: '+', refuted: '-', inconclusive: '?' } as const;

/** The final screen: the verdict first, then why, for a person who has never seen such a failure. */
export function textReport(reports: Report[], width = reportWidth()): string {
  return reports.map((report) => screen(report, width)).join('\n');
}

function screen(report: Report, width: number): string {
  const { title, run, verdict, folder, repeat } = report;
  const { diagnosis, findings } = verdict;
  const rows: [label: string, text: string][] = [
    ['Settings', changesOf(report)],
    ['Limits', run.engine.limits.label],
    ['Run with', engineOf(run)],
    ['Length', lengthOf(run)],
    ['Versions', versionsOf(run)],
    ['Recording', folder],
    ...(report.leftOut ?? []).map((why): [string, string] => ['Left out', why]),
    ['Judge again', `npx lab report ${folder}`],
    ['Run again', repeat],
    ...notRepeatedOf(report).map((why): [string, string] => ['Not repeated', why]),
    ['Lesson', `loadtests/${run.experiment}/README.md`],
  ];
  return [
    '',
    ...heading(`${run.experiment}: ${title}`, width),
    '',
    ...row('Verdict', headline(verdict), width),
    ...diagnosed(diagnosis, width),
    ...predicted(report, width),
    '',
    ...heading(`Claims of ${run.experiment}`, width),
    ...findings.flatMap((finding) => claim(finding, width)),
    '',
    ...rows.flatMap(([label, text]) => row(label, text, width)),
    '',
  ].join('\n');
}

/** What failed, why, and what rules out everything else. */
export function diagnosisText(
  diagnosis: Diagnosis,
  { unusable, suspect }: Validity,
  width = reportWidth(),
): string {
  const doubts = [unusable, suspect].filter((doubt) => doubt !== undefined);
  return [...doubts.flatMap((doubt) => row('Be careful', doubt, width)), ...diagnosed(diagnosis, width)].join(
    '\n',
  );
}

function diagnosed(diagnosis: Diagnosis, width: number): string[] {
  const { cause, mechanism, unharmed, evidence, ruledOut, unknown, toDecide, remarks, tryNext } = diagnosis;
  const lists: [label: string, items: string[]][] = [
    ['What failed', [cause]],
    ['First symptom', [firstSymptomOf(diagnosis)]],
    ['Mechanism', [mechanism]],
    ['Who suffered', [whoSuffered(diagnosis)]],
    ['Unharmed', unharmed.length > 0 ? [unharmed.join(', ')] : []],
    ['Harm', harmsOf(diagnosis)],
    ['Evidence', evidence.map(sighted)],
    ['Ruled out', ruledOut.map((other) => `${other.cause}: ${other.because}`)],
    ['Not ruled out', unknown.map((other) => `${other.cause}: ${other.because}`)],
    ['To decide', toDecide.map(decisionInWords)],
    ['Harmless', remarks.map((other) => `${other.cause}: ${other.because}`)],
    ['Try next', tryNext],
  ];
  return lists.flatMap(([label, items]) =>
    items.flatMap((item, index) => row(index === 0 ? label : '', item, width)),
  );
}

function predicted({ prediction }: Report, width: number): string[] {
  if (!prediction) return [];
  const title = `Your prediction: ${scoreOf(prediction)}`;
  return ['', ...heading(title, width), ...prediction.parts.flatMap((part) => scored(part, width))];
}

function scored(part: PartScore, width: number): string[] {
  const [colour, sign] = SCORE[part.mark];
  return [
    ...hanging(`${styleText(colour, sign)} `, partOf(part), width),
    ...hanging(UNDER_MARK, part.because, width),
  ];
}

/** One line per experiment, printed after several runs. */
export function summaryLine({ run, verdict }: Report, width = columnsOf()): string {
  const text = `${headline(verdict)}; diagnosis: ${verdict.diagnosis.cause}`;
  return hanging(run.experiment.padEnd(18), text, width).join('\n');
}

function headline(verdict: Verdict): string {
  const { outcome } = verdict;
  return `${styleText(COLOUR[outcome], outcome.toUpperCase())} (${countsOf(verdict)})`;
}

function claim({ result, says, measured, because, atSeconds }: Finding, width: number): string[] {
  const colour = result === 'inconclusive' ? 'yellow' : COLOUR[result];
  const when = atSeconds === undefined ? '' : ` (at ${atSeconds} s)`;
  const why = `${result}; reason for the threshold: ${because}`;
  return [
    ...hanging(`${styleText(colour, MARK[result])} `, says, width),
    ...hanging(UNDER_MARK, measured + when, width),
    ...(result === 'held' ? [] : hanging(UNDER_MARK, why, width)),
  ];
}

function heading(text: string, width: number): string[] {
  return wrap(text, width).map((line) => styleText('bold', line));
}

function row(label: string, text: string, width: number): string[] {
  return hanging(label.padEnd(INDENT), text, width);
}
