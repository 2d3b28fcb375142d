/** A point of a curve that rises, flattens or falls. */
export interface CurvePoint {
  x: number;
  y: number;
}

/** A doubling that gains less than a fifth is not worth its price. */
const WORTH = 0.25;
/** A fall by a quarter of the best is not noise. */
const FALL = 0.25;

/**
 * The last point up to which more still pays: the proportional gain (d ln y / d ln x) is a quarter or more in
 * the step before it, and less in every step after it. Undefined when the curve flattens before the range, or
 * not in it.
 * @param points with positive x, in the order of x
 */
export function kneeOf(points: CurvePoint[]): CurvePoint | undefined {
  const worthIt = points.slice(1).map((point, index) => elasticity(points[index]!, point) >= WORTH);
  const last = worthIt.lastIndexOf(true);
  return last >= 0 && last < worthIt.length - 1 ? points[last + 1] : undefined;
}

/** The step with the largest fall, if it loses a quarter or more of the best y. */
export function cliffOf(points: CurvePoint[]): { from: CurvePoint; to: CurvePoint } | undefined {
  const best = Math.max(0, ...points.map(({ y }) => y));
  const steps = points.slice(1).map((to, index) => ({ from: points[index]!, to }));
  const [largest] = steps.sort((a, b) => b.from.y - b.to.y - (a.from.y - a.to.y));
  return largest && best > 0 && largest.from.y - largest.to.y >= FALL * best ? largest : undefined;
}

function elasticity(from: CurvePoint, to: CurvePoint): number {
  if (from.y <= 0) return to.y > 0 ? Infinity : 0;
  return to.y <= 0 ? -Infinity : Math.log(to.y / from.y) / Math.log(to.x / from.x);
}
