import type { RunEvent } from '../model/events';
import type { Experiment } from '../model/experiment';
import type {
  GoodputChange,
  Comparison,
  ComparedRole,
  ArmRow,
  Served,
} from '../verdict/comparison/comparison';
import { goodWithinMs } from '../verdict/comparison/goodput';
import { METHOD, type Estimate } from '../verdict/comparison/interval';
import { format, round } from '../verdict/format';

/** Everything that a reader of a comparison needs. Every format renders this and nothing else. */
export interface ComparisonReport {
  name: string;
  title: string;
  roles: Experiment['roles'];
  /** The first run, for what all runs have in common. */
  run: RunEvent;
  comparison: Comparison;
  /** Arms of the experiment that these recordings do not contain. */
  unmeasured: string[];
  folder: string;
  /** Recordings that could not be read and runs that broke off, each with the reason. */
  leftOut?: string[];
}

/** How the numbers were obtained, in sentences. */
export function methodOf({ run, roles, comparison }: ComparisonReport): string[] {
  const repeats = Math.max(...comparison.rows.map((row) => row.repeats));
  const good = rolesIn(comparison).map(
    (role) => `${format(goodWithinMs(roles[role]!), 'ms')} for ${roles[role]!.label}`,
  );
  return [
    `Every arm got the same load: the same schedule and the same seed${run.load.seed === undefined ? '' : ` (${run.load.seed}, increased by 1 for each further repeat)`}; ${repeats} ${repeats === 1 ? 'repeat' : 'repeats, with the order of arms reversed in every other one'}.`,
    `Goodput counts successful answers within ${good.join(', ')}, per second of the load.`,
    METHOD,
  ];
}

export function rolesIn({ rows }: Comparison): ComparedRole[] {
  return rows[0]?.served.map(({ role }) => role) ?? [];
}

/** "4.81/s (4.5..4.96)". */
export function goodputOf({ goodput }: Served): string {
  return `${format(small(goodput.value), '1/s')} (${rangeOf(goodput)})`;
}

export function rangeOf({ low, high }: Estimate): string {
  return `${round(small(low))}..${round(small(high))}`;
}

/** "healthy, refuted": each different pair once. */
export function verdictsOf({ verdicts }: ArmRow): string {
  return [...new Set(verdicts.map(({ outcome, cause }) => `${cause}, ${outcome}`))].join(' / ');
}

export function restartsOf({ restarts }: ArmRow): string {
  return restarts.map((value) => (value === null ? '-' : Math.round(value))).join(', ');
}

/** What an arm did to whom, in one sentence. */
export function changeOf(change: GoodputChange, roles: Experiment['roles']): string {
  const { role, before, after, difference, effect } = change;
  const numbers = `${format(small(before), '1/s')} → ${format(small(after), '1/s')}, a difference of ${signed(difference.value)} (${rangeOf(difference)})`;
  return `${DID[effect]} ${roles[role]!.label}: ${numbers}`;
}

const DID = {
  helps: 'helps',
  harms: 'harms',
  'no change': 'changes nothing for',
  unclear: 'has an unclear effect on',
} as const;

export function expectationOf({ expected, result }: GoodputChange): string | undefined {
  if (!expected || !result) return undefined;
  const found = result === 'unclear' ? `unclear whether this ${IF[expected.goodput]}` : result;
  return `${found}: ${expected.goodput === 'no change' ? 'no change was expected' : `this was expected to ${expected.goodput === 'helps' ? 'help' : 'harm'}`}, because ${expected.because}`;
}

const IF = { helps: 'helps', harms: 'harms', 'no change': 'changes nothing' } as const;

/** Explains a change from signals: what moved, and what fails now. */
export function whyOf(row: ArmRow, reference: ArmRow | undefined): string {
  const moved = row.shifts.map(({ title, before, after }) => `${title} ${before} → ${after}`);
  const [cause, before] = [row, reference].map((of) => of?.verdicts[0]?.cause);
  const failing =
    cause === before ? `the cause is still ${cause}` : `the cause is now ${cause} (before: ${before})`;
  return `${moved.length > 0 ? moved.join('; ') : 'none of the signals that explain failures changed'}; ${failing}.`;
}

/** Differences far below the displayed precision are floating-point noise. */
function small(value: number): number {
  return Math.abs(value) < 0.005 ? 0 : value;
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${round(small(value))}/s`;
}
