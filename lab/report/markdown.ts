import { isOfClients } from '../verdict/diagnosis';
import type { Finding } from '../verdict/evaluate';
import { bullets, code, fenced, table, text } from './markdown-parts';
import {
  countsOf,
  engineOf,
  decisionInWords,
  firstSymptomOf,
  harmsOf,
  lengthOf,
  NOT_MEASURED,
  notRepeatedOf,
  partOf,
  scoreOf,
  sighted,
  versionsOf,
  whoSuffered,
  type Report,
} from './report';

const RESULT = { held: 'held', refuted: '**refuted**', inconclusive: '**inconclusive**' } as const;

/** For a ticket, a wiki or a pipeline summary: GitHub-flavored, but also readable as plain text. */
export function markdownReport(reports: Report[]): string {
  return `${reports.map(page).join('\n\n---\n\n')}\n`;
}

function page(report: Report): string {
  const { title, run, verdict, folder, repeat } = report;
  const { diagnosis, findings } = verdict;
  return [
    `# ${text(run.experiment)}: ${text(title)}`,
    `**${verdict.outcome.toUpperCase()}** (${text(countsOf(verdict))})`,
    bullets([
      ['What failed', text(diagnosis.cause)],
      ['First symptom', text(firstSymptomOf(diagnosis))],
      ['Mechanism', text(diagnosis.mechanism)],
      ['Who suffered', whoSuffered(diagnosis, code)],
      [
        'Unharmed',
        diagnosis.unharmed.map(code).join(', ') || (isOfClients(diagnosis) ? 'nobody' : NOT_MEASURED),
      ],
    ]),
    ...section('Harm', harmsOf(diagnosis).map(text)),
    ...section(
      'Evidence',
      diagnosis.evidence.map((sighting) => text(sighted(sighting))),
    ),
    ...section(
      'Ruled out',
      diagnosis.ruledOut.map(({ cause, because }) => `**${text(cause)}**: ${text(because)}`),
    ),
    ...section(
      'Not ruled out',
      diagnosis.unknown.map(({ cause, because }) => `**${text(cause)}**: ${text(because)}`),
    ),
    ...section('To decide', diagnosis.toDecide.map(decisionInWords).map(text)),
    ...section(
      'Harmless',
      diagnosis.remarks.map(({ cause, because }) => `**${text(cause)}**: ${text(because)}`),
    ),
    ...section('Try next', diagnosis.tryNext.map(text)),
    ...predicted(report),
    '## Claims',
    table(['claim', 'result', 'measured'], findings.map(claim)),
    '## The run',
    bullets([
      ['Started', text(run.startedAt)],
      ['Limits', text(run.engine.limits.label)],
      ['Run with', text(engineOf(run))],
      ['Length', text(lengthOf(run))],
      ['Versions', text(versionsOf(run))],
      ['Recording', code(folder)],
      ...(report.leftOut ?? []).map((why): [string, string] => ['Left out', text(why)]),
    ]),
    ...settings(report),
    `Run it again:`,
    fenced(repeat),
    ...notRepeated(report),
  ].join('\n\n');
}

function claim({ says, result, measured, because, atSeconds }: Finding): string[] {
  const when = atSeconds === undefined ? '' : ` (at ${atSeconds} s)`;
  const why = result === 'held' ? '' : `; reason for the threshold: ${because}`;
  return [text(says), RESULT[result], text(`${measured}${when}${why}`)];
}

function predicted({ prediction }: Report): string[] {
  if (!prediction) return [];
  return section(
    `Prediction: ${scoreOf(prediction)}`,
    prediction.parts.map((part) => `**${text(partOf(part))}**: ${text(part.because)}`),
  );
}

function settings({ changes }: Report): string[] {
  if (changes.length === 0) return ['All settings are at their defaults.'];
  const rows = changes.map(({ path, value, default: preset }) => [path, value, preset].map(text));
  return ['Settings that differ from their defaults:', table(['setting', 'value', 'default'], rows)];
}

function notRepeated(report: Report): string[] {
  const settings = notRepeatedOf(report);
  if (settings.length === 0) return [];
  return ['This command does not repeat:', settings.map((setting) => `- ${text(setting)}`).join('\n')];
}

function section(title: string, items: string[]): string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.map((item) => `- ${item}`).join('\n')];
}
