import { diagnose, type Diagnosis, isOfTheLab } from './diagnosis';
import { judge, type Finding } from './evaluate';
import { format } from './format';
import { type Evidence, measure, satisfies } from './measure';
import type { Outcome } from './outcome';
import { signal } from './signals';
import { validity } from './validity';

export interface Verdict {
  outcome: Outcome;
  /** Why, in one sentence, when it is not `held`. */
  why?: string;
  findings: Finding[];
  diagnosis: Diagnosis;
}

/** Judges the recorded evidence; the same evidence always gives the same verdict. */
export function reach(evidence: Evidence): Verdict {
  const findings = evidence.experiment.claims.map((claim) => judge(claim, evidence));
  const diagnosis = diagnose(evidence.arms.get(evidence.judgedArm));
  return { ...conclude(evidence, findings, diagnosis), findings, diagnosis };
}

function conclude(
  evidence: Evidence,
  findings: Finding[],
  diagnosis: Diagnosis,
): Pick<Verdict, 'outcome' | 'why'> {
  const { unusable, suspect } = validity(evidence);
  if (unusable) return { outcome: 'inconclusive', why: unusable };
  const weak = pressureMissing(evidence);
  // A late generator or a starved system would not produce the pressure either.
  if (weak) return suspect ? { outcome: 'inconclusive', why: suspect } : { outcome: 'no impact', why: weak };
  if (isOfTheLab(diagnosis))
    return {
      outcome: 'inconclusive',
      why: `the run says nothing about the system (diagnosis: ${diagnosis.cause})`,
    };
  const refuted = findings.filter(({ result }) => result === 'refuted');
  const unclear = findings.filter(({ result }) => result === 'inconclusive');
  if (refuted.length + unclear.length === 0) return { outcome: 'held' };
  if (suspect) return { outcome: 'inconclusive', why: suspect };
  if (refuted.length > 0) return { outcome: 'refuted', why: `did not hold: ${ids(refuted)}` };
  return { outcome: 'inconclusive', why: `not enough data for: ${ids(unclear)}` };
}

const ids = (findings: Finding[]): string => findings.map(({ id }) => id).join(', ');

function pressureMissing(evidence: Evidence): string | undefined {
  const { pressure } = evidence.experiment;
  const { title, unit } = signal(pressure.signal);
  const measured = measure(pressure, evidence);
  if (measured && satisfies(measured.value, pressure)) return undefined;
  const found = measured ? format(measured.value, unit) : 'not measured';
  return `the pressure never reached the system: ${title} ${found}, needed ${pressure.is} ${format(pressure.threshold, unit)}`;
}
