import { diagnose, type Diagnosis, isOfTheLab } from './diagnosis';
import { judge, type Finding } from './evaluate';
import { format } from './format';
import { type Evidence, measure, type Measurement, satisfies } from './measure';
import type { Outcome } from './outcome';
import { signal } from './signals';
import { disturbance, validity } from './validity';

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
  const pressure = measure(evidence.experiment.pressure, evidence);
  if (!pressure) return { outcome: 'inconclusive', why: pressureUnknown(evidence) };
  const weak = pressureMissing(evidence, pressure);
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
  const disturbed = disturbancesOf(refuted, evidence);
  if (disturbed) return { outcome: 'inconclusive', why: `${disturbed}; did not hold: ${ids(refuted)}` };
  if (refuted.length > 0) return { outcome: 'refuted', why: `did not hold: ${ids(refuted)}` };
  return { outcome: 'inconclusive', why: `not enough data for: ${ids(unclear)}` };
}

/** What disturbed the machine, if it excuses every refuted claim. */
function disturbancesOf(refuted: Finding[], evidence: Evidence): string | undefined {
  const found = refuted.map(({ id }) => {
    const claim = evidence.experiment.claims.find((each) => each.id === id);
    return claim && disturbance(claim, evidence);
  });
  if (found.length === 0 || found.includes(undefined)) return undefined;
  return [...new Set(found)].join('; ');
}

const ids = (findings: Finding[]): string => findings.map(({ id }) => id).join(', ');

function pressureUnknown({ experiment }: Evidence): string {
  return `the pressure on the system is unknown: ${signal(experiment.pressure.signal).title} was not measured`;
}

function pressureMissing({ experiment }: Evidence, { value }: Measurement): string | undefined {
  const { pressure } = experiment;
  const { title, unit } = signal(pressure.signal);
  if (satisfies(value, pressure)) return undefined;
  return `the pressure never reached the system: ${title} ${format(value, unit)}, needed ${pressure.is} ${format(pressure.threshold, unit)}`;
}
