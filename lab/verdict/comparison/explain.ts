import type { Recording } from '../../recording/recording';
import { format } from '../format';
import { signal } from '../signals';
import { mean } from './interval';

/** What tells how a change worked, by app; in the order in which it is told where two have moved as far. */
const TELLING: [signal: string, app?: 'postgres' | 'downstream'][] = [
  ['requests_shed'],
  ['cpu_limit_share'],
  ['cpu_throttled_share'],
  ['cpu_tasks'],
  ['oom_kills'],
  ['memory_limit_share'],
  ['sockets_waiting'],
  ['downstream_latency'],
  ['downstream_retries'],
  ['pool_waiting'],
  ['acquire_timeouts'],
  ['connections_refused'],
  ['cpu_limit_share', 'postgres'],
];

/** Less than this is noise, by unit. */
const LEAST: Record<string, number> = { share: 0.1, count: 3, ms: 20, '1/s': 1, bytes: 16 * 2 ** 20 };
/** Twice, or half: what a glance at a dashboard would notice. */
const FACTOR = 2;
const MOST_TOLD = 3;

/** A signal that moved: between what it was and what it is now. */
export interface Shift {
  signal: string;
  title: string;
  before: string;
  after: string;
}

/** What moved most between two sets of runs, the largest first: why goodput is what it is. */
export function shifts(before: Recording[], after: Recording[]): Shift[] {
  return TELLING.flatMap(([name, app = 'backend']) => {
    const { title, unit, over, adds } = signal(name);
    // What is counted appears with its first step.
    const [was, is] = [before, after].map((runs) =>
      meanOver(runs, (run, to) => over(run, { app }, 0, to) ?? (adds ? 0 : undefined)),
    );
    if (was === undefined || is === undefined) return [];
    const least = LEAST[unit] ?? 0;
    if (Math.abs(is - was) < least) return [];
    // The least amount keeps something that came from, or went to, nothing comparable.
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

function meanOver(
  runs: Recording[],
  value: (run: Recording, to: number) => number | undefined,
): number | undefined {
  const values = runs.map((run) => value(run, run.until)).filter((found) => found !== undefined);
  return values.length > 0 ? mean(values) : undefined;
}
