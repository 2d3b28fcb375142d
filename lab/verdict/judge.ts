import type { Claim, LevelClaim, OrderClaim } from '../model/experiment';
import { format, round } from './format';
import { type Evidence, firstCrossing, measure, type Measurement, satisfies } from './measure';
import { signal } from './signals';

export type Result = 'held' | 'refuted' | 'inconclusive';

/** What the evidence says of one claim. */
export interface Finding {
  id: string;
  says: string;
  because: string;
  result: Result;
  /** The measured value against its threshold, for people: "p95 latency 1.93 s, >= 1 s expected". */
  measured: string;
  value?: number;
  threshold: number;
  /** How far the value is beyond the threshold, as a share of the threshold; negative when refuted. */
  margin?: number;
  /** Seconds since the load's start of what decided it. */
  atSeconds?: number;
}

export function judge(claim: Claim, evidence: Evidence): Finding {
  return 'first' in claim ? judgeOrder(claim, evidence) : judgeLevel(claim, evidence);
}

function judgeLevel(claim: LevelClaim, evidence: Evidence): Finding {
  const { id, says, because, is, threshold } = claim;
  const stated = { id, says, because, threshold };
  const measured = measure(claim, evidence);
  const base = claim.relativeTo && measure(claim.relativeTo, evidence);
  const missing = !measured || (claim.relativeTo && !base?.value);
  const { title, unit } = signal(claim.signal);
  if (missing) return { ...stated, result: 'inconclusive', measured: `${title}: not enough data` };
  const value = base ? measured.value / base.value : measured.value;
  const shown = base
    ? `${title} ${format(measured.value, unit)}, ${round(value)} times ${format(base.value, unit)}; ${is} ${threshold} times expected`
    : `${title} ${format(value, unit)}; ${is} ${format(threshold, unit)} expected`;
  return {
    ...stated,
    result: satisfies(value, claim) ? 'held' : 'refuted',
    measured: shown,
    value,
    margin: marginOf(value, claim),
    ...at(measured, claim.arm ?? evidence.judged, evidence),
  };
}

function judgeOrder(claim: OrderClaim, evidence: Evidence): Finding {
  const { id, says, because, byAtLeastSeconds: threshold } = claim;
  const stated = { id, says, because, threshold };
  const [first, then] = [firstCrossing(claim.first, evidence), firstCrossing(claim.then, evidence)];
  const names = [claim.first, claim.then].map(
    (level) =>
      `${signal(level.signal).title} ${level.is} ${format(level.threshold, signal(level.signal).unit)}`,
  );
  if (!first || !then) {
    const never = [first, then].flatMap((crossing, index) =>
      crossing ? [] : [`${names[index]} was never seen`],
    );
    return { ...stated, result: 'refuted', measured: never.join('; ') };
  }
  const value = (then.to - first.to) / 1000;
  const [firstAt, thenAt] = [first, then].map(
    (crossing) => at(crossing, evidence.judged, evidence).atSeconds,
  );
  return {
    ...stated,
    result: value >= threshold ? 'held' : 'refuted',
    measured: `${names[0]} at ${firstAt} s, ${names[1]} at ${thenAt} s`,
    value,
    margin: threshold > 0 ? (value - threshold) / threshold : value,
    ...(firstAt !== undefined && { atSeconds: firstAt }),
  };
}

function marginOf(value: number, { is, threshold }: LevelClaim): number {
  const beyond = is.startsWith('>') ? value - threshold : threshold - value;
  return threshold === 0 ? beyond : beyond / Math.abs(threshold);
}

function at({ to }: Measurement, arm: string, { arms }: Evidence): { atSeconds?: number } {
  const from = arms.get(arm)?.loadFrom;
  return from === undefined ? {} : { atSeconds: Math.round((to - from) / 1000) };
}
