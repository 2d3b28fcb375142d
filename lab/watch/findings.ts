import type { Claim } from '../model/experiment';
import { evaluation, type Evaluation, type Finding } from '../verdict/evaluate';
import { type Evidence, measure } from '../verdict/measure';
import type { FindingMessage } from './protocol';

/** The claims about one arm of a run that are still open. Each is judged once, when it is decided. */
export class OpenClaims {
  private readonly evidence: Evidence;
  private open: { claim: Claim; evaluation: Evaluation }[];

  constructor(
    private readonly arm: string,
    all: Evidence,
  ) {
    const evidence = { ...all, judgedArm: arm };
    this.evidence = evidence;
    this.open = evidence.experiment.claims.map((claim) => ({
      claim,
      evaluation: evaluation(claim, evidence),
    }));
  }

  /**
   * @param now ms since the run's start, never smaller than before
   * @param second of the load, in which they are decided
   */
  decidedBy(now: number, second: number): FindingMessage[] {
    const decided = this.open.filter((entry) => entry.evaluation.isDecidedBy(now));
    this.open = this.open.filter((entry) => !decided.includes(entry));
    return decided.map(({ claim, evaluation }) => this.found(claim, evaluation.finding(), second));
  }

  private found(claim: Claim, finding: Finding, second: number): FindingMessage {
    const { arm, evidence } = this;
    const base = 'relativeTo' in claim && claim.relativeTo && measure(claim.relativeTo, evidence)?.value;
    const level = base ? { level: base * claim.threshold } : {};
    return { type: 'finding', arm, second, finding, ...level };
  }
}
