import type { ArmRow } from '../verdict/comparison/comparison';
import { changeOf, expectationOf, methodOf, rolesIn, whyOf, type ComparisonReport } from './comparison';
import { cells, headOf } from './comparison-text';
import { code, table, text } from './markdown-parts';
import { leftOutOf } from './report';

/** The table and a paragraph for each arm, for a documentation page. */
export function comparisonMarkdown(report: ComparisonReport): string {
  const { name, title, roles, comparison, run } = report;
  return [
    `## ${text(name)}: ${text(title)}`,
    rolesIn(comparison)
      .map((role) => `The ${role} is ${text(roles[role]!.label)}.`)
      .join(' '),
    table(
      headOf(report),
      comparison.rows.map(cells).map((row) => row.map(text)),
    ),
    comparison.rows.map((row) => item(row, report)).join('\n'),
    ...(report.unmeasured.length > 0
      ? [`Not measured here: ${report.unmeasured.map(code).join(', ')}.`]
      : []),
    ...methodOf(report).map(text),
    ...leftOutOf(report).map(text),
    `Limits: ${text(run.engine.limits.label)}. Started ${text(run.startedAt)}.`,
  ].join('\n\n');
}

function item(row: ArmRow, { roles, comparison }: ComparisonReport): string {
  const reference = comparison.rows.find(({ arm }) => arm === row.against);
  const sentences = [
    ...row.changes.flatMap((change) => [changeOf(change, roles), expectationOf(change)]),
    row.changes.length > 0 ? `Why: ${whyOf(row, reference)}` : undefined,
    ...row.findings.map(({ result, says, measured }) => `${says}: ${result} (${measured})`),
    ...row.troubles.map((trouble) => `inconclusive, ${trouble}`),
  ].filter((sentence) => sentence !== undefined);
  const settings = Object.keys(row.props).length > 0 ? ` ${code(settingsOf(row.props).join(' '))}` : '';
  return [
    `- **${text(row.arm)}**: ${text(row.title)}.${settings}`,
    ...sentences.map((sentence) => `  - ${text(sentence)}`),
  ].join('\n');
}

/** A change of settings, as `--set` takes it. */
export function settingsOf(props: Record<string, unknown>, path = ''): string[] {
  return Object.entries(props).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return typeof value === 'object' && value !== null
      ? settingsOf(value as Record<string, unknown>, here)
      : [`${here}=${String(value)}`];
  });
}
