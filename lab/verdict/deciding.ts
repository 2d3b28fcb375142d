import type { Claim, LevelClaim, Measured, Operand, OrderClaim } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { boundsOf, type Evidence, measure, plannedSeconds, satisfies, subjectOf } from './measure';
import { signal } from './signals';

/**
 * Tells from when on a claim can be judged while its run goes on: what comes later changes nothing.
 * It is asked with growing times, and looks at every second of the run only once.
 */
export interface Deciding {
  /** Whether what happened until `now` (ms since the run's start) decides the claim. */
  until(now: number): boolean;
}

export function deciding(claim: Claim, evidence: Evidence): Deciding {
  return 'first' in claim ? new DecidingOrder(claim, evidence) : new DecidingLevel(claim, evidence);
}

class DecidingLevel implements Deciding {
  private readonly steps: Steps;
  private base?: number;

  constructor(
    private readonly claim: LevelClaim,
    private readonly evidence: Evidence,
  ) {
    this.steps = new Steps(claim, evidence);
  }

  until(now: number): boolean {
    const { claim, evidence } = this;
    if (isOfAnotherArm(claim, evidence) || !this.baseIsKnown(now)) return false;
    if (now >= endOf(claim, evidence)) return true;
    const { take } = claim;
    if (take === undefined || take === 'over') return false;
    // The largest value can only grow: once it is beyond its threshold it stays there.
    const decisive = take === 'max' ? claim.is.startsWith('>') : claim.is.startsWith('<');
    return this.steps.some(now, (value) => satisfies(value / (this.base ?? 1), claim) === decisive);
  }

  private baseIsKnown(now: number): boolean {
    const { relativeTo } = this.claim;
    if (!relativeTo || this.base !== undefined) return true;
    if (isOfAnotherArm(relativeTo, this.evidence) || now < endOf(relativeTo, this.evidence)) return false;
    this.base = measure(relativeTo, this.evidence)?.value;
    return this.base !== undefined || now >= endOf(this.claim, this.evidence);
  }
}

/** The second crossing decides: whether the first came before is known by then. */
class DecidingOrder implements Deciding {
  private readonly steps: Steps;

  constructor(
    private readonly claim: OrderClaim,
    private readonly evidence: Evidence,
  ) {
    this.steps = new Steps(claim.then, evidence);
  }

  until(now: number): boolean {
    const { first, then } = this.claim;
    if (isOfAnotherArm(first, this.evidence) || isOfAnotherArm(then, this.evidence)) return false;
    const end = Math.max(endOf(first, this.evidence), endOf(then, this.evidence));
    return now >= end || this.steps.some(now, (value) => satisfies(value, then));
  }
}

/** The whole steps of an operand's window, each looked at once. */
class Steps {
  private next?: number;
  private found = false;

  constructor(
    private readonly operand: Operand | Measured,
    private readonly evidence: Evidence,
  ) {}

  some(now: number, condition: (value: number) => boolean): boolean {
    const recording = judgedRecording(this.evidence);
    const bounds = recording && boundsOf(this.operand.during, recording, this.evidence.experiment);
    if (!recording || !bounds) return false;
    const step = (this.operand.stepSeconds ?? 1) * 1000;
    const subject = subjectOf(this.operand, this.evidence.experiment);
    this.next ??= bounds[0];
    for (; !this.found && this.next + step <= Math.min(now, bounds[1]); this.next += step) {
      const value = signal(this.operand.signal).over(recording, subject, this.next, this.next + step);
      this.found = value !== undefined && condition(value);
    }
    return this.found;
  }
}

/** When an operand's window is over, ms since the run's start; Infinity while that is not known. */
function endOf({ during }: Operand, evidence: Evidence): number {
  const recording = judgedRecording(evidence);
  if (recording?.loadFrom === undefined) return Infinity;
  const { loadFrom, loadTo = Infinity, run } = recording;
  const end = during?.[1] ?? 'end';
  return end === 'end'
    ? loadTo
    : Math.min(loadTo, loadFrom + end * plannedSeconds(run, evidence.experiment) * 1000);
}

function judgedRecording({ arms, judged }: Evidence): Recording | undefined {
  return arms.get(judged);
}

function isOfAnotherArm({ arm }: Operand, { judged }: Evidence): boolean {
  return arm !== undefined && arm !== judged;
}
