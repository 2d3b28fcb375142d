import { DEFAULT_ARM, type Experiment } from '../../model/experiment';
import type { Recording } from '../../recording/recording';
import {
  evidenceOf,
  rolesOf,
  servedOf,
  troubleOf,
  type ComparedRole,
  type Served,
} from '../comparison/comparison';
import { goodWithinMs } from '../comparison/goodput';
import { mean } from '../comparison/interval';
import { plannedSeconds } from '../measure';
import type { Outcome } from '../outcome';
import { signal } from '../signals';
import { predict, type Predicted, type Sized } from './predict';
import { cliffOf, kneeOf, type CurvePoint } from './shape';
import { fitUsl, uslAt, uslPeak, type Usl, worstMiss } from './usl';

/** One run of a sweep; its point is a value for each of the one or two settings. */
export interface SweepTrial {
  point: Record<string, number>;
  repeat: number;
  recording: Recording;
}

export interface SweepPoint {
  point: Record<string, number>;
  repeats: number;
  served: Served[];
  /**
   * Connections that PostgreSQL refused, on average: the sign of too many pods. Left out if not measured.
   */
  connectionsRefused?: number;
  predicted?: Predicted;
  /** Predicted minus measured goodput of the aggressor, as a share of the larger of the two. */
  error?: number;
  /** Why the point is inconclusive. It is drawn, but conclusions leave it out. */
  troubles: string[];
}

/** What the curve of one role's goodput shows. Only for sweeps over one setting. */
export interface SweepCurve {
  role: ComparedRole;
  knee?: CurvePoint;
  cliff?: { from: CurvePoint; to: CurvePoint };
  usl?: Usl & { peak?: number; fitted: CurvePoint[] };
  /** Instead of `usl`: the point that the best fit misses by too much, as a share of the best goodput. */
  uslMiss?: { x: number; share: number };
}

export interface Sweep {
  over: string[];
  points: SweepPoint[];
  curves: SweepCurve[];
}

export function sweepOf(experiment: Experiment, trials: SweepTrial[]): Sweep {
  const over = Object.keys(trials[0]?.point ?? {});
  const groups = new Map<string, SweepTrial[]>();
  for (const trial of trials) {
    const key = over.map((path) => trial.point[path]).join();
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  const points = [...groups.values()]
    .map((group) => pointOf(group, experiment))
    .sort((a, b) => over.map((path) => a.point[path]! - b.point[path]!).find((by) => by !== 0) ?? 0);
  return {
    over,
    points,
    curves: over.length === 1 ? rolesOf(experiment).map((role) => curveOf(role, points)) : [],
  };
}

/** What follows from the settings alone. @returns undefined for an experiment that states no demand */
export function predictionFor(
  experiment: Experiment,
  props: unknown,
  loadSeconds: number,
): Predicted | undefined {
  const { demand, roles } = experiment;
  return demand && predict(demand, props as Sized, loadSeconds, goodWithinMs(roles.aggressor));
}

function pointOf(group: SweepTrial[], experiment: Experiment): SweepPoint {
  const runs = [...group].sort((a, b) => a.repeat - b.repeat).map(({ recording }) => recording);
  const served = rolesOf(experiment).map((role) => servedOf(role, experiment, runs));
  const { run } = runs[0] as Recording;
  const predicted = predictionFor(experiment, run.props, plannedSeconds(run, experiment));
  const measured = served.find(({ role }) => role === 'aggressor')?.goodput.value;
  const error =
    predicted?.goodput === undefined || measured === undefined
      ? undefined
      : relative(predicted.goodput, measured);
  return {
    point: (group[0] as SweepTrial).point,
    repeats: runs.length,
    served,
    ...refusedIn(runs),
    ...(predicted && { predicted }),
    ...(error !== undefined && { error }),
    troubles: runs.flatMap((each) => troubleOf(evidenceOf(DEFAULT_ARM, each, experiment)) ?? []),
  };
}

function refusedIn(runs: Recording[]): Pick<SweepPoint, 'connectionsRefused'> {
  const { valueIn } = signal('connections_refused');
  const values = runs.flatMap((each) => valueIn(each, { app: 'backend' }, 0, each.until) ?? []);
  return values.length > 0 ? { connectionsRefused: mean(values) } : {};
}

function relative(predicted: number, measured: number): number {
  const larger = Math.max(predicted, measured);
  return larger > 0 ? (predicted - measured) / larger : 0;
}

function curveOf(role: ComparedRole, points: SweepPoint[]): SweepCurve {
  const curve = points
    .filter(({ troubles }) => troubles.length === 0)
    .map(({ point, served }): CurvePoint => ({
      x: Object.values(point)[0] as number,
      y: served.find((each) => each.role === role)?.goodput.value ?? 0,
    }));
  const [knee, cliff] = [kneeOf(curve), cliffOf(curve)];
  return { role, ...(knee && { knee }), ...(cliff && { cliff }), ...lawOf(curve) };
}

/** A law that misses a point by more than a quarter of the best goodput says nothing about the curve. */
const MISSES_BY = 0.25;

function lawOf(curve: CurvePoint[]): Pick<SweepCurve, 'usl' | 'uslMiss'> {
  const first = Math.max(curve[0]?.x ?? 1, 1e-9);
  const points = curve.map(({ x, y }) => ({ n: x / first, x: y }));
  const usl = fitUsl(points);
  if (!usl) return {};
  const { n, share } = worstMiss(usl, points);
  if (share > MISSES_BY) return { uslMiss: { x: n * first, share } };
  const peak = uslPeak(usl);
  const fitted = curve.map(({ x }) => ({ x, y: uslAt(usl, x / first) }));
  return { usl: { ...usl, ...(peak !== undefined && { peak: peak * first }), fitted } };
}

/** Inconclusive when any point is. A sweep makes no claims that could be refuted. */
export function outcomeOfSweep({ points }: Sweep): Outcome {
  return points.some(({ troubles }) => troubles.length > 0) ? 'inconclusive' : 'held';
}
