import { styleText } from 'node:util';
import { DEFAULT_ARM } from '../model/experiment';
import type { ArmRow } from '../verdict/comparison/comparison';
import { format } from '../verdict/format';
import {
  changeOf,
  expectationOf,
  goodputOf,
  methodOf,
  restartsOf,
  rolesIn,
  verdictsOf,
  whyOf,
  type ComparisonReport,
} from './comparison';
import { columns, hanging, reportWidth, wrap } from './layout';
import { leftOutOf } from './report';

const COLOUR = { 'as expected': 'green', 'not as expected': 'red', unclear: 'yellow' } as const;
const MARK = { held: '+', refuted: '-', inconclusive: '?' } as const;

/** The matrix, then a paragraph for each arm. */
export function comparisonText(report: ComparisonReport, width = reportWidth()): string {
  const { name, title, roles, comparison, run, folder } = report;
  return [
    '',
    ...wrap(`${name}: ${title}`, width).map((line) => styleText('bold', line)),
    '',
    ...rolesIn(comparison).flatMap((role) => wrap(`${role}: ${roles[role]!.label}`, width)),
    '',
    ...columns([headOf(report), ...comparison.rows.map(cells)], width),
    '',
    ...comparison.rows.flatMap((row) => paragraph(row, report, width)),
    ...[
      ...orderingOf(report),
      ...methodOf(report),
      ...leftOutOf(report),
      '',
      `Limits: ${run.engine.limits.label}`,
      `Recordings: ${folder}; to report again: npx lab report ${folder}`,
      '',
    ].flatMap((line) => wrap(line, width)),
  ].join('\n');
}

export function headOf({ comparison }: ComparisonReport): string[] {
  const roles = rolesIn(comparison);
  const [first = ''] = roles;
  return [
    'arm',
    ...roles.map((role) => `${role} goodput`),
    `${first} p95`,
    `${first} errors`,
    'restarts',
    'diagnosis, verdict',
  ];
}

export function cells(row: ArmRow): string[] {
  const [first] = row.served;
  return [
    row.arm,
    ...row.served.map(goodputOf),
    first?.p95Ms === undefined ? '-' : format(first.p95Ms, 'ms'),
    first?.errors === undefined ? '-' : format(first.errors, 'share'),
    restartsOf(row),
    verdictsOf(row),
  ];
}

function paragraph(row: ArmRow, { roles, comparison }: ComparisonReport, width: number): string[] {
  const reference = comparison.rows.find(({ arm }) => arm === row.against);
  const lines = row.changes.flatMap((change) => {
    const expectation = expectationOf(change);
    return [
      changeOf(change, roles),
      ...(expectation && change.result ? [styleText(COLOUR[change.result], expectation)] : []),
    ];
  });
  const against = row.against && row.against !== DEFAULT_ARM ? ` (compared with ${row.against})` : '';
  return [
    ...wrap(`${styleText('bold', row.arm)}: ${row.title}${against}`, width),
    ...[
      ...lines,
      ...(row.changes.length > 0 ? [`why: ${whyOf(row, reference)}`] : []),
      ...row.findings.map(({ result, says, measured }) => `${MARK[result]} ${says}: ${measured}`),
      ...row.troubles.map((trouble) => styleText('yellow', `inconclusive, ${trouble}`)),
    ].flatMap((line) => hanging('  ', line, width)),
    '',
  ];
}

function orderingOf({ comparison: { ordering } }: ComparisonReport): string[] {
  const { role, byRepeat, contradictions } = ordering;
  if (byRepeat.length < 2) return [];
  const found =
    contradictions.length === 0
      ? 'agree'
      : `contradict each other on ${contradictions.map((pair) => pair.join(' and ')).join(', ')}`;
  return [
    `Arms, best for the ${role} first: ${byRepeat[0]!.join(', ')}. The ${byRepeat.length} repeats ${found}.`,
    '',
  ];
}
