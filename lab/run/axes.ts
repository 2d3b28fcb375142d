import { propAt } from '../../constructs/prop-paths';
import { setProp } from '../../constructs/props';
import { LabError } from '../model/errors';

/** A setting and its values in a sweep. */
export interface Axis {
  path: string;
  values: number[];
}

const HOW =
  'For example: backend.replicas=1..6, backend.dbPoolSize=5,10,20, backend.cpuLimitMillicores=250..1000/250.';
/** A sweep with more values would take hours. */
const MOST_VALUES = 50;

/**
 * Reads `path=1,2,4`, `path=1..6` or `path=100..1000/100`.
 * @throws LabError (usage) that says what is wrong; PropsError for a value that the setting does not allow
 */
export function parseAxis(given: string): Axis {
  const [, path = '', list = ''] = /^([^=]+)=(.+)$/.exec(given) ?? [];
  const refuse = (why: string): never => {
    throw new LabError(`--over ${JSON.stringify(given)} ${why}.`, 'usage', HOW);
  };
  if (path === '') refuse('is not of the form path=values');
  const prop = propAt(path);
  if (prop && prop.type !== 'integer') refuse(`names a ${prop.type}; only whole numbers can be swept`);
  const values = list
    .split(',')
    .flatMap(
      (part) =>
        rangeOf(part.trim()) ?? refuse(`has ${JSON.stringify(part)}, which is neither a number nor a range`),
    );
  if (values.length > MOST_VALUES) refuse(`has ${values.length} values; at most ${MOST_VALUES} are allowed`);
  values.forEach((value) => setProp({}, path, String(value)));
  return { path, values: [...new Set(values)].sort((a, b) => a - b) };
}

function rangeOf(text: string): number[] | undefined {
  const [, first, last, by] = /^(\d{1,9})(?:\.\.(\d{1,9})(?:\/(\d{1,9}))?)?$/.exec(text) ?? [];
  if (first === undefined) return undefined;
  const [from, to, step] = [Number(first), Number(last ?? first), Number(by ?? 1)];
  if (to < from || step < 1) return undefined;
  // One value above the maximum is enough for the list to be refused.
  const count = Math.min(Math.floor((to - from) / step) + 1, MOST_VALUES + 1);
  return Array.from({ length: count }, (_, index) => from + index * step);
}

/** Every combination of the values. The first setting changes slowest. */
export function pointsOf(axes: Axis[]): Record<string, number>[] {
  return axes.reduce<Record<string, number>[]>(
    (points, { path, values }) =>
      points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [{}],
  );
}
