import type { RunEvent } from '../model/events';
import type { Experiment } from '../model/experiment';
import { goodWithinMs } from '../verdict/comparison/goodput';
import { METHOD } from '../verdict/comparison/interval';
import { format, round } from '../verdict/format';
import type { SweepCurve, Sweep, SweepPoint } from '../verdict/sweep/sweep';
import { goodputOf } from './comparison';
import { leftOutOf } from './report';
import { columns, reportWidth, wrap } from './layout';
import { fenced, table, text } from './markdown-parts';

export interface SweepReport {
  name: string;
  title: string;
  roles: Experiment['roles'];
  run: RunEvent;
  sweep: Sweep;
  folder: string;
  /** Recordings that could not be read and runs that broke off, each with the reason. */
  leftOut?: string[];
}

/** Length of a bar, in characters, where there is room. */
const BAR = 40;
const LEAST_BAR = 10;
/** Room for a value beside its bar. */
const VALUE_WIDTH = 14;

export function sweepText(report: SweepReport, width = reportWidth()): string {
  const { name, title, sweep, run, folder } = report;
  return [
    '',
    ...wrap(`${name}: ${title}`, width),
    '',
    ...columns(rowsOf(report), width),
    '',
    ...plotsOf(report, width),
    ...conclusionsOf(report).flatMap((sentence) => wrap(sentence, width)),
    '',
    ...sweep.points.flatMap((point) =>
      point.predicted ? wrap(`${pointName(point.point)}: ${point.predicted.because}`, width) : [],
    ),
    '',
    ...[
      methodOf(report),
      ...leftOutOf(report),
      `Limits: ${run.engine.limits.label}`,
      `Recordings: ${folder}; to report again: npx lab report ${folder}`,
    ].flatMap((line) => wrap(line, width)),
    '',
  ].join('\n');
}

export function sweepMarkdown(report: SweepReport): string {
  const { name, sweep, run } = report;
  const [head = [], ...rows] = rowsOf(report);
  return [
    `## ${text(`${name} over ${sweep.over.join(' and ')}`)}`,
    table(
      head.map(text),
      rows.map((row) => row.map(text)),
    ),
    fenced(plotsOf(report).join('\n'), 'text'),
    conclusionsOf(report)
      .map((sentence) => `- ${text(sentence)}`)
      .join('\n'),
    ...(sweep.points.some(({ predicted }) => predicted)
      ? [
          'Predicted from the settings alone:',
          sweep.points
            .flatMap(({ point, predicted }) =>
              predicted ? `- ${text(pointName(point))}: ${text(predicted.because)}` : [],
            )
            .join('\n'),
        ]
      : []),
    text(methodOf(report)),
    ...leftOutOf(report).map(text),
    `Limits: ${text(run.engine.limits.label)}. Started ${text(run.startedAt)}.`,
    '',
  ].join('\n\n');
}

function rowsOf({ sweep }: SweepReport): string[][] {
  const roles = sweep.points[0]?.served.map(({ role }) => role) ?? [];
  const [first = ''] = roles;
  const head = [
    ...sweep.over,
    ...roles.map((role) => `${role} goodput`),
    'predicted',
    'prediction error',
    `${first} p95`,
    `${roles.at(-1) ?? ''} errors`,
    'connections refused',
    'inconclusive',
  ];
  return [head, ...sweep.points.map((point) => cellsOf(point, sweep.over))];
}

function cellsOf(
  { point, served, predicted, error, connectionsRefused, troubles }: SweepPoint,
  over: string[],
): string[] {
  const [first, last] = [served[0], served.at(-1)];
  const goodput = predicted?.goodput;
  return [
    ...over.map((path) => String(point[path])),
    ...served.map(goodputOf),
    goodput === undefined
      ? predicted
        ? predicted.enough
          ? 'enough'
          : 'not enough'
        : '-'
      : format(goodput, '1/s'),
    error === undefined ? '-' : format(error, 'share'),
    first?.p95Ms === undefined ? '-' : format(first.p95Ms, 'ms'),
    last?.errors === undefined ? '-' : format(last.errors, 'share'),
    connectionsRefused === undefined ? '-' : String(Math.round(connectionsRefused)),
    troubles[0] ?? '',
  ];
}

/**
 * A bar for each point: `#` measured, `.` up to the end of its interval, `P` the prediction, `U` the fitted
 * law.
 */
function plotsOf({ sweep, roles }: SweepReport, lineWidth = Infinity): string[] {
  const of = sweep.points[0]?.served.map(({ role }) => role) ?? [];
  return of.flatMap((role) => {
    const usl = sweep.curves.find((curve) => curve.role === role)?.usl;
    const values = sweep.points.map((point) => {
      const { goodput } = point.served.find((served) => served.role === role)!;
      const x = Object.values(point.point)[0] as number;
      return {
        name: Object.values(point.point).join(', '),
        goodput,
        predicted: role === 'aggressor' ? point.predicted?.goodput : undefined,
        fitted: usl?.fitted.find((fitted) => fitted.x === x)?.y,
        doubtful: point.troubles.length > 0,
      };
    });
    const most = Math.max(
      ...values.flatMap(({ goodput, predicted = 0, fitted = 0 }) => [goodput.high, predicted, fitted]),
      1e-9,
    );
    const width = Math.max(...values.map(({ name }) => name.length));
    const long = Math.min(BAR, Math.max(LEAST_BAR, lineWidth - width - VALUE_WIDTH));
    const at = (value: number): number => Math.round((value / most) * long);
    const title = `Good answers per second for ${roles[role]!.label}, by ${sweep.over.join(' and ')} (# measured, . interval${values.some(({ predicted }) => predicted !== undefined) ? ', P predicted' : ''}${usl ? ', U fitted law' : ''})`;
    return [
      ...wrap(title, lineWidth),
      ...values.map(({ name, goodput, predicted, fitted, doubtful }) => {
        const bar: string[] = Array.from({ length: long + 1 }, (_, cell) =>
          cell < at(goodput.value) ? '#' : cell < at(goodput.high) ? '.' : ' ',
        );
        if (fitted !== undefined) bar[at(fitted)] = 'U';
        if (predicted !== undefined) bar[at(predicted)] = 'P';
        return `${name.padStart(width)} |${bar.join('')}| ${format(goodput.value, '1/s')}${doubtful ? ' ?' : ''}`;
      }),
      '',
    ];
  });
}

function conclusionsOf({ sweep, roles }: SweepReport): string[] {
  const axis = sweep.over[0] ?? '';
  return sweep.curves.flatMap((curve) => {
    const label = roles[curve.role]!.label;
    return [kneeOf(curve, axis, label), cliffOf(curve, axis, label), ...uslOf(curve, axis, label)];
  });
}

function kneeOf({ knee }: SweepCurve, axis: string, label: string): string {
  if (!knee)
    return `No knee for ${label}: within this range, goodput either never rises or never stops rising.`;
  return `Knee for ${label}: ${axis}=${knee.x} (${format(knee.y, '1/s')}); beyond it, raising ${axis} brings less than a quarter of a proportional gain.`;
}

function cliffOf({ cliff }: SweepCurve, axis: string, label: string): string {
  if (!cliff) return `No cliff for ${label}: no step loses a quarter of the best goodput.`;
  const { from, to } = cliff;
  return `Cliff for ${label}: from ${axis}=${from.x} to ${to.x}, goodput falls from ${format(from.y, '1/s')} to ${format(to.y, '1/s')}.`;
}

function uslOf({ usl, uslMiss }: SweepCurve, axis: string, label: string): string[] {
  if (uslMiss) {
    const by = format(uslMiss.share, 'share');
    return [
      `The Universal Scalability Law does not describe ${label} here: its best fit misses ${axis}=${uslMiss.x} by ${by} of the best goodput, so it is not drawn.`,
    ];
  }
  if (!usl) return [];
  const { lambda, sigma, kappa, peak } = usl;
  const most = peak === undefined ? 'no peak: goodput never falls' : `peak at ${axis}=${round(peak)}`;
  return [
    `Universal Scalability Law, fitted for ${label}: ${format(lambda, '1/s')} at ${axis}=1, contention ${round(sigma)}, coherence ${round(kappa)}; ${most}.`,
  ];
}

function methodOf({ run, roles, sweep }: SweepReport): string {
  const repeats = Math.max(...sweep.points.map((point) => point.repeats));
  return `Every point got the same load: the same schedule and seed${run.load.seed === undefined ? '' : ` (${run.load.seed}, increased by 1 for each further repeat)`}; ${repeats} ${repeats === 1 ? 'repeat' : 'repeats'}. An answer is good if it succeeds within ${format(goodWithinMs(roles.victim ?? roles.aggressor), 'ms')}. Points marked ? are inconclusive and left out of the conclusions. ${METHOD}`;
}

/** "backend.replicas=2". */
export function pointName(point: Record<string, number>): string {
  return Object.entries(point)
    .map(([path, value]) => `${path}=${value}`)
    .join(', ');
}
