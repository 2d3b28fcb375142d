import type { Recording } from '../../recording/recording';
import { format } from '../format';
import { signal } from '../signals';
import { OF_SYSTEM } from '../signals/shown';
import { mean } from './interval';

/** Smaller changes are noise, by unit. */
const LEAST: Record<string, number> = { share: 0.1, count: 3, ms: 20, '1/s': 1, bytes: 16 * 2 ** 20 };
/** Twice or half: a change that a glance at a dashboard would show. */
const FACTOR = 2;
const MOST_TOLD = 3;

/** A signal that moved, with its values before and after. */
export interface Shift {
  signal: string;
  title: string;
  before: string;
  after: string;
}

/** The signals that moved most between two sets of runs, the largest first. They explain the goodput. */
export function shifts(before: Recording[], after: Recording[]): Shift[] {
  return OF_SYSTEM.filter(({ explains }) => explains)
    .flatMap(({ signal: name, app = 'backend' }) => {
      const { title, unit, valueIn } = signal(name);
      const [was, is] = [before, after].map((runs) =>
        meanOf(runs, (run, to) => valueIn(run, { app }, 0, to)),
      );
      if (was === undefined || is === undefined) return [];
      const least = LEAST[unit] ?? 0;
      if (Math.abs(is - was) < least) return [];
      // Adding the least amount keeps changes from or to zero comparable.
      const factor = (Math.max(was, is) + least) / (Math.min(was, is) + least);
      if (factor < FACTOR && unit !== 'share') return [];
      const named = app === 'backend' ? title : `${title} (${app})`;
      return [
        { shift: { signal: name, title: named, before: format(was, unit), after: format(is, unit) }, factor },
      ];
    })
    .sort((a, b) => b.factor - a.factor)
    .slice(0, MOST_TOLD)
    .map(({ shift }) => shift);
}

function meanOf(
  runs: Recording[],
  value: (run: Recording, to: number) => number | undefined,
): number | undefined {
  const values = runs.map((run) => value(run, run.until)).filter((found) => found !== undefined);
  return values.length > 0 ? mean(values) : undefined;
}
