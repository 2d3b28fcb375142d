import type { Recording } from '../telemetry/recording';
import { CAUSES, SYMPTOMS, type Sign } from './causes';
import { format } from './judge';
import { type Evidence, firstCrossing, measure, type Measurement, satisfies } from './measure';
import { signal } from './signals';

/** A moment of the evidence, in seconds since the load's start. */
export interface Sighting {
  says: string;
  atSeconds?: number;
}

export interface Diagnosis {
  /** One of the causes, or "cannot tell". */
  cause: string;
  mechanism: string;
  firstSymptom?: Sighting;
  evidence: Sighting[];
  /** Requests that failed or slowed tenfold, and those that did not. */
  suffered: string[];
  unharmed: string[];
  ruledOut: { cause: string; because: string }[];
  tryNext: string[];
}

/** Names the cause from signals alone; the experiment's name and roles are not looked at. */
export function diagnose(evidence: Evidence): Diagnosis {
  const recording = evidence.arms.get(evidence.judged);
  const seen = CAUSES.map((cause) => ({
    cause,
    missing: cause.signs.find((sign) => !isSeen(sign, evidence)),
  }));
  const found = seen.find(({ missing }) => !missing)?.cause;
  const requests = recording ? requestsOf(recording) : [];
  const suffered = requests.filter((name) => recording && suffers(name, recording));
  return {
    cause: found?.name ?? 'cannot tell',
    mechanism: found?.mechanism ?? 'the evidence fits no cause that is known here.',
    ...first(evidence),
    evidence: (found?.signs ?? []).map((sign) => sighting(sign, evidence)),
    suffered,
    unharmed: requests.filter((name) => !suffered.includes(name)),
    ruledOut: seen
      .filter(({ cause, missing }) => missing && cause.name !== 'healthy')
      .map(({ cause, missing }) => ({ cause: cause.name, because: describe(missing as Sign, evidence) })),
    tryNext: found?.tryNext ?? [],
  };
}

function isSeen(sign: Sign, evidence: Evidence): boolean {
  const measured = measure(sign, evidence);
  return measured !== undefined && satisfies(measured.value, sign);
}

function describe(sign: Sign, evidence: Evidence): string {
  return withValue(sign.no, sign, measure(sign, evidence));
}

function sighting(sign: Sign, evidence: Evidence): Sighting {
  // The sign is judged over sustained parts; when it began is told to the second.
  const crossing = firstCrossing({ ...sign, stepSeconds: 1 }, evidence);
  return { says: withValue(sign.yes, sign, measure(sign, evidence)), ...time(crossing, evidence) };
}

function withValue(text: string, sign: Sign, measured: Measurement | undefined): string {
  const { title, unit } = signal(sign.signal);
  return measured && sign.signal !== 'harm' ? `${text} (${title}: ${format(measured.value, unit)})` : text;
}

function first(evidence: Evidence): { firstSymptom?: Sighting } {
  const crossings = SYMPTOMS.flatMap((symptom) => {
    const crossing = firstCrossing(symptom, evidence);
    return crossing ? [{ says: symptom.says, crossing }] : [];
  });
  crossings.sort((a, b) => a.crossing.to - b.crossing.to);
  const earliest = crossings[0];
  return earliest ? { firstSymptom: { says: earliest.says, ...time(earliest.crossing, evidence) } } : {};
}

function time(crossing: Measurement | undefined, { arms, judged }: Evidence): { atSeconds?: number } {
  const from = arms.get(judged)?.loadFrom;
  return crossing && from !== undefined ? { atSeconds: Math.round((crossing.to - from) / 1000) } : {};
}

function requestsOf(recording: Recording): string[] {
  return [...new Set(recording.requests.map(({ name }) => name))].sort();
}

/** A twentieth failing is beyond any error budget; a tenfold latency is beyond any noise. */
function suffers(name: string, recording: Recording): boolean {
  const { loadFrom = 0, until } = recording;
  const errors = signal('error_share').over(recording, { app: '', name }, loadFrom, until) ?? 0;
  const p95 = (from: number, to: number): number =>
    signal('latency_p95').over(recording, { app: '', name }, from, to) ?? 0;
  const start = p95(loadFrom, loadFrom + 0.1 * (until - loadFrom));
  const worst = p95(loadFrom, until);
  return errors >= 0.05 || (start > 0 && worst >= 10 * start && worst >= 500);
}
