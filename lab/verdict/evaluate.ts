import type { Claim, LevelClaim, Operand, OrderClaim } from '../model/experiment';
import { format, round } from './format';
import {
  Crossing,
  type Evidence,
  firstCrossing,
  measure,
  type Measurement,
  plannedSeconds,
  satisfies,
  Steps,
} from './measure';
import { signal } from './signals';

export type Result = 'held' | 'refuted' | 'inconclusive';

/** What the evidence says about one claim. */
export interface Finding {
  id: string;
  says: string;
  because: string;
  result: Result;
  /** The measured value against its threshold, for people: "p95 latency 1.93 s; expected >= 1 s". */
  measured: string;
  value?: number;
  threshold: number;
  /** How far the value is beyond the threshold, as a share of the threshold; negative when refuted. */
  margin?: number;
  /** When the deciding value was measured, in seconds since the load's start. */
  atSeconds?: number;
}

/**
 * A claim evaluated on a run. Decisions during the run and the judgment at its end use the same steps.
 */
export interface Evaluation {
  /**
   * Whether everything until `now` decides the claim, so that nothing later can change its result.
   * @param now ms since the run's start, never smaller than before
   */
  isDecidedBy(now: number): boolean;
  /** What the evidence says about the claim so far, including values that arrived after isDecidedBy. */
  finding(): Finding;
}

export function evaluation(claim: Claim, evidence: Evidence): Evaluation {
  return 'first' in claim ? new OrderEvaluation(claim, evidence) : new LevelEvaluation(claim, evidence);
}

/** What all of the evidence says about a claim. */
export function judge(claim: Claim, evidence: Evidence): Finding {
  return evaluation(claim, evidence).finding();
}

class LevelEvaluation implements Evaluation {
  private readonly steps: Steps;
  private base?: number;

  constructor(
    private readonly claim: LevelClaim,
    private readonly evidence: Evidence,
  ) {
    this.steps = new Steps(claim, evidence);
  }

  isDecidedBy(now: number): boolean {
    const { claim, evidence } = this;
    if (isOfAnotherArm(claim, evidence) || !this.baseIsKnown(now)) return false;
    if (now >= endOf(claim, evidence)) return true;
    const { take = 'whole' } = claim;
    if (take === 'whole') return false;
    // The largest value can only grow. Once it is beyond its threshold, it stays there.
    const decisive = take === 'max' ? claim.is.startsWith('>') : claim.is.startsWith('<');
    const isBeyond = ({ value }: Measurement) => satisfies(value / (this.base ?? 1), claim) === decisive;
    return this.steps.lookUntil(now).find(isBeyond) !== undefined;
  }

  finding(): Finding {
    const { claim, evidence } = this;
    const { id, says, because, is, threshold } = claim;
    const stated = { id, says, because, threshold };
    const measured = measure(claim, evidence);
    const base = claim.relativeTo && measure(claim.relativeTo, evidence);
    const missing = !measured || (claim.relativeTo && !base?.value);
    const { title, unit } = signal(claim.signal);
    if (missing) return { ...stated, result: 'inconclusive', measured: `${title}: not enough data` };
    const value = base ? measured.value / base.value : measured.value;
    const shown = base
      ? `${title} ${format(measured.value, unit)}, ${round(value)} times ${format(base.value, unit)}; expected ${is} ${threshold} times`
      : `${title} ${format(value, unit)}; expected ${is} ${format(threshold, unit)}`;
    return {
      ...stated,
      result: satisfies(value, claim) ? 'held' : 'refuted',
      measured: shown,
      value,
      margin: marginOf(value, claim),
      ...at(measured, claim.arm ?? evidence.judgedArm, evidence),
    };
  }

  private baseIsKnown(now: number): boolean {
    const { relativeTo } = this.claim;
    if (!relativeTo || this.base !== undefined) return true;
    if (isOfAnotherArm(relativeTo, this.evidence) || now < endOf(relativeTo, this.evidence)) return false;
    this.base = measure(relativeTo, this.evidence)?.value;
    return this.base !== undefined || now >= endOf(this.claim, this.evidence);
  }
}

/** The second crossing decides. By then it is known whether the first one came before. */
class OrderEvaluation implements Evaluation {
  private readonly then: Crossing;

  constructor(
    private readonly claim: OrderClaim,
    private readonly evidence: Evidence,
  ) {
    this.then = new Crossing(claim.then, evidence);
  }

  isDecidedBy(now: number): boolean {
    const { first, then } = this.claim;
    if (isOfAnotherArm(first, this.evidence) || isOfAnotherArm(then, this.evidence)) return false;
    const end = Math.max(endOf(first, this.evidence), endOf(then, this.evidence));
    return now >= end || this.then.by(now) !== undefined;
  }

  finding(): Finding {
    const { id, says, because, byAtLeastSeconds: threshold } = this.claim;
    const stated = { id, says, because, threshold };
    const [first, then] = [
      firstCrossing(this.claim.first, this.evidence),
      firstCrossing(this.claim.then, this.evidence),
    ];
    const names = [this.claim.first, this.claim.then].map(
      (level) =>
        `${signal(level.signal).title} ${level.is} ${format(level.threshold, signal(level.signal).unit)}`,
    );
    const unmeasured = [this.claim.first, this.claim.then].filter(
      (level) => !measure({ ...level, take: 'max' }, this.evidence),
    );
    if (unmeasured.length > 0) {
      const measured = unmeasured.map((level) => `${signal(level.signal).title}: not enough data`);
      return { ...stated, result: 'inconclusive', measured: measured.join('; ') };
    }
    if (!first || !then) {
      const never = [first, then].flatMap((crossing, index) =>
        crossing ? [] : [`${names[index]} never occurred`],
      );
      return { ...stated, result: 'refuted', measured: never.join('; ') };
    }
    const value = (then.to - first.to) / 1000;
    const [firstAt, thenAt] = [first, then].map(
      (crossing) => at(crossing, this.evidence.judgedArm, this.evidence).atSeconds,
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
}

function marginOf(value: number, { is, threshold }: LevelClaim): number {
  const beyond = is.startsWith('>') ? value - threshold : threshold - value;
  return threshold === 0 ? beyond : beyond / Math.abs(threshold);
}

function at({ to }: Measurement, arm: string, { arms }: Evidence): { atSeconds?: number } {
  const from = arms.get(arm)?.loadFrom;
  return from === undefined ? {} : { atSeconds: Math.round((to - from) / 1000) };
}

/** When an operand's window ends, ms since the run's start; Infinity while that is not known. */
function endOf({ during }: Operand, { arms, judgedArm, experiment }: Evidence): number {
  const recording = arms.get(judgedArm);
  if (recording?.loadFrom === undefined) return Infinity;
  const { loadFrom, loadTo = Infinity, run } = recording;
  const end = during?.[1] ?? 'end';
  return end === 'end' ? loadTo : Math.min(loadTo, loadFrom + end * plannedSeconds(run, experiment) * 1000);
}

function isOfAnotherArm({ arm }: Operand, { judgedArm }: Evidence): boolean {
  return arm !== undefined && arm !== judgedArm;
}
