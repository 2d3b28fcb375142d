import type { Claim } from '../model/experiment';
import { evaluation, type Evaluation, type Finding } from '../verdict/evaluate';
import { type Evidence, measure } from '../verdict/measure';
import type { FindingMessage } from './protocol';

/** The claims of a run that are still open. Each is judged once, when it is decided. */
export class OpenClaims {
  private open: { claim: Claim; evaluation: Evaluation }[];

  constructor(private readonly evidence: Evidence) {
    this.open = evidence.experiment.claims.map((claim) => ({
      claim,
      evaluation: evaluation(claim, evidence),
    }));
  }

  /** @param now ms since the run's start, never smaller than before. */
  decidedBy(now: number): FindingMessage[] {
    const decided = this.open.filter((entry) => entry.evaluation.isDecidedBy(now));
    this.open = this.open.filter((entry) => !decided.includes(entry));
    return decided.map(({ claim, evaluation }) => this.found(claim, evaluation.finding(), now));
  }

  private found(claim: Claim, finding: Finding, now: number): FindingMessage {
    const { evidence } = this;
    const from = evidence.arms.get(evidence.judgedArm)?.loadFrom ?? 0;
    const second = Math.round((now - from) / 1000);
    const base = 'relativeTo' in claim && claim.relativeTo && measure(claim.relativeTo, evidence)?.value;
    const level = base ? { level: base * claim.threshold } : {};
    return { type: 'finding', second, finding, ...level };
  }
}
