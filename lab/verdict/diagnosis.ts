import type { Recording } from '../recording/recording';
import { CAUSES, SYMPTOMS, type Cause, type Sign, type Symptom } from './causes';
import { format, round } from './format';
import {
  firstCrossing,
  measureQuotient,
  type Measurement,
  satisfies,
  type Scope as Evidence,
  Steps,
} from './measure';
import { signal } from './signals';
import { validity, type Validity } from './validity';

/** A moment of the evidence, in seconds since the load's start. */
export interface Sighting {
  says: string;
  /** The signal that it was seen in, and whose containers. Default: the backend's. */
  signal: string;
  app?: Sign['app'];
  atSeconds?: number;
}

export interface Diagnosis {
  /** The causes, joined by "and"; or "cannot tell". */
  cause: string;
  /** Each cause; empty when the diagnosis cannot tell. */
  causes: string[];
  mechanism: string;
  /** What showed first; `name` is that of the symptom. */
  firstSymptom?: Sighting & { name: string };
  /** Names of the symptoms that may have shown unseen, because their signal was not measured. */
  unknownSymptoms: string[];
  evidence: Sighting[];
  /** Requests that failed or slowed tenfold, and those that did not. Both are empty if none was measured. */
  suffered: string[];
  unharmed: string[];
  ruledOut: { cause: string; because: string }[];
  /** Causes that may be there, because one of their signs was not measured. */
  unknown: { cause: string; because: string }[];
  tryNext: string[];
}

export const CANNOT_TELL = 'cannot tell';

/** Names the causes from signals alone. It uses nothing of the experiment, not even its planned length. */
export function diagnose(recording: Recording | undefined): Diagnosis {
  const evidence = signalsOf(recording);
  const looked = CAUSES.map((cause) => look(cause, evidence));
  const found = named(looked.flatMap(({ cause, isSeen }) => (isSeen ? [cause] : [])));
  const others = looked.filter(({ cause }) => cause.name !== 'healthy');
  const requests = recording ? requestsOf(recording) : [];
  const suffered = requests.filter((name) => recording && suffers(name, recording));
  return {
    cause: found.map(({ name }) => name).join(' and ') || CANNOT_TELL,
    causes: found.map(({ name }) => name),
    mechanism:
      found.map(({ mechanism }) => mechanism).join(' At the same time, ') ||
      noMechanism(others.some(({ unknown }) => unknown)),
    ...symptoms(evidence),
    evidence: signsOf(found).map((sign) => sighting(sign, evidence)),
    suffered,
    unharmed: requests.filter((name) => !suffered.includes(name)),
    ruledOut: others.flatMap(({ cause, absent }) =>
      absent ? [{ cause: cause.name, because: describe(absent, evidence) }] : [],
    ),
    unknown: others.flatMap(({ cause, unknown }) =>
      unknown ? [{ cause: cause.name, because: `not measured: ${signal(unknown.signal).title}` }] : [],
    ),
    tryNext: found.flatMap(({ tryNext }) => tryNext),
  };
}

function noMechanism(isUnknown: boolean): string {
  const fits = 'the evidence fits no known cause.';
  return isUnknown ? `${fits} Some causes remain possible, because not everything was measured.` : fits;
}

/** Whether clients were measured. If not, nobody knows who suffered. */
export function isOfClients({ suffered, unharmed }: Pick<Diagnosis, 'suffered' | 'unharmed'>): boolean {
  return suffered.length + unharmed.length > 0;
}

/** Whether it is about the lab or its machine, and so says nothing about the system. */
export function isOfTheLab({ causes }: Diagnosis): boolean {
  return CAUSES.some(({ name, ofTheLab }) => ofTheLab && causes.includes(name));
}

/** Drops causes that are part of another one, and last resorts if any other cause remains. */
function named(found: Cause[]): Cause[] {
  const included = new Set(found.flatMap(({ includes = [] }) => includes));
  const own = found.filter(({ name }) => !included.has(name));
  const better = own.filter(({ last }) => !last);
  return better.length > 0 ? better : own;
}

/** Each sign once, although several causes may need it. */
function signsOf(causes: Cause[]): Sign[] {
  return [...new Set(causes.flatMap(({ signs }) => signs))];
}

/** Why a diagnosis of the recording may be wrong, without its experiment. */
export function validityOf(recording: Recording): Validity {
  return validity({ ...signalsOf(recording), arms: new Map([[recording.run.arm, recording]]) });
}

/** The recording without its experiment. Windows are fractions of the time in which new requests were due. */
function signalsOf(recording: Recording | undefined): Evidence {
  const seconds = recording ? wantedSeconds(recording) : 0;
  const { timeScale } = recording?.run ?? { timeScale: 1 };
  return {
    experiment: { seconds: { full: seconds * timeScale, compressed: seconds }, roles: {} },
    arms: new Map(recording ? [['judged', recording]] : []),
    judgedArm: 'judged',
  };
}

function wantedSeconds({ load, loadFrom = 0, until }: Recording): number {
  const wanted = new Map<string, number>();
  let last = loadFrom;
  for (const { scenario, scheduled, t } of load) {
    if (scheduled > (wanted.get(scenario) ?? 0)) last = Math.max(last, t);
    wanted.set(scenario, scheduled);
  }
  return (Math.min(last, until) - loadFrom) / 1000;
}

interface Looked {
  cause: Cause;
  isSeen: boolean;
  /** The sign that rules the cause out. */
  absent?: Sign;
  /** If no sign rules it out: the sign that was not measured. */
  unknown?: Sign;
}

/** A sign that was measured and is not there rules a cause out, whatever else was not measured. */
function look(cause: Cause, evidence: Evidence): Looked {
  const isThere = cause.signs.map((sign) => {
    const measured = measureQuotient(sign, evidence);
    return measured && satisfies(measured.value, sign);
  });
  const [absent, unknown] = [false, undefined].map((value) => cause.signs[isThere.indexOf(value)]);
  if (absent) return { cause, isSeen: false, absent };
  return { cause, isSeen: !unknown, ...(unknown && { unknown }) };
}

function describe(sign: Sign, evidence: Evidence): string {
  return withValue(sign.no, sign, measureQuotient(sign, evidence));
}

function sighting(sign: Sign, evidence: Evidence): Sighting {
  // The sign is judged over sustained windows, but its start is reported to the second.
  const crossing = sign.relativeTo ? undefined : firstCrossing({ ...sign, stepSeconds: 1 }, evidence);
  const says = withValue(sign.yes, sign, measureQuotient(sign, evidence));
  return { says, signal: sign.signal, ...(sign.app && { app: sign.app }), ...time(crossing, evidence) };
}

function withValue(text: string, sign: Sign, measured: Measurement | undefined): string {
  const { title, unit } = signal(sign.signal);
  if (!measured || sign.signal === 'harmed_routes') return text;
  const value = sign.relativeTo ? comparison(measured.value, sign) : format(measured.value, unit);
  return `${text} (${title}: ${value})`;
}

/** How a value compares with the one that it is relative to. */
function comparison(ratio: number, sign: Sign): string {
  const { signal: base } = sign.relativeTo!;
  if (base !== sign.signal) return `${round(ratio)} times the peak of ${signal(base).title}`;
  return round(ratio) === 1 ? 'unchanged' : `${round(ratio)} times the value at the beginning`;
}

function symptoms(evidence: Evidence): Pick<Diagnosis, 'firstSymptom' | 'unknownSymptoms'> {
  const looked = SYMPTOMS.map((symptom) => {
    // Without its name, which an operand would take for the name of a request.
    const steps = new Steps({ signal: symptom.signal, take: 'max' }, evidence).lookUntil();
    const crossing = steps.find(({ value }) => satisfies(value, symptom));
    return { symptom, crossing, isMeasured: steps.value !== undefined };
  });
  const seen = looked.flatMap(({ symptom, crossing }) => (crossing ? [{ symptom, crossing }] : []));
  const [earliest] = seen.sort((a, b) => a.crossing.to - b.crossing.to);
  return {
    ...(earliest && { firstSymptom: symptomAt(earliest.crossing, earliest.symptom, evidence) }),
    unknownSymptoms: looked.flatMap(({ symptom, isMeasured }) => (isMeasured ? [] : [symptom.name])),
  };
}

function symptomAt(
  crossing: Measurement,
  { name, says, signal: seenIn }: Symptom,
  evidence: Evidence,
): Diagnosis['firstSymptom'] {
  return { name, says, signal: seenIn, ...time(crossing, evidence) };
}

function time(crossing: Measurement | undefined, { arms, judgedArm }: Evidence): { atSeconds?: number } {
  const from = arms.get(judgedArm)?.loadFrom;
  return crossing && from !== undefined ? { atSeconds: Math.round((crossing.to - from) / 1000) } : {};
}

function requestsOf(recording: Recording): string[] {
  return [...new Set(recording.requests.map(({ name }) => name))].sort();
}

/** A failure rate of a twentieth exceeds any error budget; a tenfold latency exceeds any noise. */
function suffers(name: string, recording: Recording): boolean {
  const { loadFrom = 0, until } = recording;
  const errors = signal('error_share').valueIn(recording, { app: '', name }, loadFrom, until) ?? 0;
  const p95 = (from: number, to: number): number =>
    signal('latency_p95').valueIn(recording, { app: '', name }, from, to) ?? 0;
  const start = p95(loadFrom, loadFrom + 0.1 * (until - loadFrom));
  const worst = p95(loadFrom, until);
  return errors >= 0.05 || (start > 0 && worst >= 10 * start && worst >= 500);
}
