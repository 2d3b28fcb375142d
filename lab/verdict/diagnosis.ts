import type { Recording } from '../recording/recording';
import { CAUSES, firstOfEachName, healthy, SYMPTOMS, type Cause, type Sign, type Symptom } from './causes';
import { type Step, stepInWords, stepsOf } from './advice/advice';
import { ALIKE } from './alike';
import { type Against, against, onePerName } from './against';
import { explain, type Explained, whereIn } from './explain';
import { type Harm, harmInWords, harmsOf, type HarmKind, joined } from './harm/harm';
import { Looking, type Whose } from './looking';
import { type Measurement, satisfies, type Scope as Evidence, Steps } from './measure';
import { withValue } from './sign-in-words';
import { signal } from './signals';
import { hostSignals } from './signals/host';
import { validity, type Validity } from './validity';

/** A moment of the evidence, in seconds since the load's start. */
export interface Sighting {
  says: string;
  /** The signal that it was seen in, and whose containers. Default: the backend's. */
  signal: string;
  app?: Sign['app'];
  atSeconds?: number;
}

/** How requests of one route were harmed, when, and by what. */
interface HarmFound {
  /** The whole as a sentence without its end, e.g. "/api/price: 12 of 40 requests timed out, from 5 s to 12 s". */
  says: string;
  /** The name of the requests. */
  route: string;
  kind: HarmKind;
  /** Number of harmed requests, and of all requests of the route in these times. */
  requests: number;
  of: number;
  /** Seconds since the load's start. */
  times: { from: number; to: number }[];
  /** Where the requests spent their time or failed, if the service tells. */
  where?: string;
  /** The causes that explain it; empty if none does. */
  causes: string[];
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
  /** Who was harmed, how and when, and what explains it. */
  harms: HarmFound[];
  /** Requests that failed or slowed tenfold, and those that did not. Both are empty if none was measured. */
  suffered: string[];
  unharmed: string[];
  ruledOut: { cause: string; because: string }[];
  /** Causes that may be there, because one of their signs was not measured, or not clearly. */
  unknown: { cause: string; because: string }[];
  /** Two causes that the run does not tell apart, and what would decide between them. */
  toDecide: { causes: string[]; by: string }[];
  /** What was busy or happened, and harmed nobody. */
  remarks: { cause: string; because: string }[];
  tryNext: string[];
  /** The same with their settings, if they have any. */
  steps: Step[];
}

export const CANNOT_TELL = 'cannot tell';

/** Names the causes from signals alone. It uses nothing of the experiment, not even its planned length. */
export function diagnose(recording: Recording | undefined): Diagnosis {
  const evidence = signalsOf(recording);
  const harms = recording ? harmsOf(recording) : [];
  const looking = recording && new Looking(recording, signalsOf);
  const explained = looking ? harms.map((harm) => explain(harm, recording, looking)) : [];
  const found = looking ? namedBy(explained, looking, recording) : [];
  const requests = recording ? requestsOf(recording) : [];
  const suffered = requests.filter(
    (name) =>
      explained.some((one) => one.harm.route === name && isSuffering(one)) ||
      (recording && suffers(name, recording)),
  );
  const others = CAUSES.filter(({ name }) => name !== 'healthy' && !isNamed(name, found)).map((cause) =>
    against(cause, explained, looking, requests.length > 0),
  );
  const because = (is: Against['is']) =>
    onePerName(
      others.filter((other) => other.is === is),
      others,
    );
  const steps = recording ? onceEach(found.flatMap((cause) => stepsFor(cause, explained, recording))) : [];
  return {
    cause: namesOf(found).join(' and ') || CANNOT_TELL,
    causes: namesOf(found),
    mechanism:
      firstOfEachName(found)
        .map(({ mechanism }) => mechanism)
        .join(' At the same time, ') || noMechanism(others.some(({ is }) => is === 'unknown')),
    ...symptoms(evidence),
    evidence: looking ? sightingsOf(found, explained, looking, evidence) : [],
    harms: alikeHarms(explained).map((one) => harmFound(one, found, evidence)),
    suffered,
    unharmed: requests.filter((name) => !suffered.includes(name)),
    ruledOut: because('ruled out'),
    unknown: because('unknown'),
    toDecide: undecided(explained, found, because('unknown')),
    remarks: because('remark'),
    tryNext: steps.map(stepInWords),
    steps,
  };
}

const namesOf = (causes: Cause[]): string[] => [...new Set(causes.map(({ name }) => name))];
const isNamed = (name: string, found: Cause[]): boolean => found.some((cause) => cause.name === name);

/**
 * Pairs of alike causes of which both fit the same harm, of which one was named and the other is possible, or of which
 * one was named and the other slowed the whole process meanwhile.
 */
function undecided(
  explained: Explained[],
  found: Cause[],
  unknown: { cause: string }[],
): Diagnosis['toDecide'] {
  const named = namesOf(found);
  const possible = unknown.map(({ cause }) => cause);
  const fits = (name: string, { causes, accounts }: Explained): boolean =>
    isNamed(name, causes) ||
    accounts.some(
      ({ cause, fit, look }) => cause.name === name && fit === 'process' && look.state === 'seen',
    );
  const fitAlike = (pair: readonly string[]): boolean =>
    explained.some(
      (one) => pair.every((name) => fits(name, one)) && pair.some((name) => isNamed(name, one.causes)),
    );
  const isOpen = (pair: readonly string[]): boolean =>
    pair.some((name) => possible.includes(name)) &&
    pair.every((name) => possible.includes(name) || named.includes(name)) &&
    (named.length === 0 || pair.some((name) => named.includes(name)));
  return ALIKE.filter(({ causes }) => isOpen(causes) || fitAlike(causes)).map(({ causes, decidedBy }) => ({
    causes: [...causes],
    by: decidedBy,
  }));
}

function stepsFor(cause: Cause, explained: Explained[], recording: Recording): Step[] {
  const own = explained.filter(({ causes }) => causes.includes(cause));
  return stepsOf(cause.tryNext, { recording, harms: own.map(({ harm }) => harm) });
}

/** Two descriptions of one cause, or two causes, may give the same step. */
function onceEach(steps: Step[]): Step[] {
  const inWords = steps.map(stepInWords);
  return steps.filter((_, index) => inWords.indexOf(inWords[index]!) === index);
}

/** The causes that explain the harms, without those that are part of another one. */
function namedBy(explained: Explained[], looking: Looking, recording: Recording): Cause[] {
  const seen = CAUSES.filter(
    (cause) =>
      explained.some(({ causes }) => causes.includes(cause)) ||
      (cause.harmsNobody && looking.look(cause, looking.always).state === 'seen'),
  );
  const found = seen.filter((cause) => !isPart(cause, seen, explained));
  const isCalm = recording.requests.length > 0 && explained.length === 0 && found.length === 0;
  return isCalm && looking.look(healthy, looking.always).state === 'seen' ? [healthy] : found;
}

/** Whether another cause, of which this one is a part, explains everything that this one explains. */
function isPart(cause: Cause, seen: Cause[], explained: Explained[]): boolean {
  const own = explained.filter(({ causes }) => causes.includes(cause));
  return seen.some(
    (other) => other.includes?.includes(cause.name) && own.every(({ causes }) => causes.includes(other)),
  );
}

/** Episodes of the same harm that the same causes explain are one harm to readers. */
function alikeHarms(explained: Explained[]): Explained[] {
  const groups = new Map<string, Explained[]>();
  for (const one of explained) {
    const key = JSON.stringify([one.harm.route, one.harm.kind, namesOf(one.causes)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => {
    const [largest] = [...group].sort((a, b) => b.harm.requests - a.harm.requests);
    return { ...largest!, harm: joined(group.map(({ harm }) => harm)) };
  });
}

function harmFound(one: Explained, found: Cause[], { arms, judgedArm }: Evidence): HarmFound {
  const { route, kind, requests, of, times } = one.harm;
  const began = arms.get(judgedArm)?.loadFrom ?? 0;
  const seconds = (t: number): number => Math.round((t - began) / 1000);
  const where = whereIn(one);
  const own = found.filter(
    (cause) => one.causes.includes(cause) || one.causes.some(({ name }) => cause.includes?.includes(name)),
  );
  const inSeconds = times.map(({ from, to }) => ({ from: seconds(from), to: seconds(to) }));
  return {
    says: harmInWords({ ...one.harm, times: inSeconds }),
    route,
    kind,
    requests,
    of,
    times: inSeconds,
    ...(where !== undefined && { where }),
    causes: namesOf(own),
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

/** The signs of the causes, each once, with their values while requests were harmed. */
function sightingsOf(
  causes: Cause[],
  explained: Explained[],
  looking: Looking,
  evidence: Evidence,
): Sighting[] {
  const seen = new Set<string>();
  return causes.flatMap((cause) => {
    const own = explained.find((one) => one.causes.includes(cause));
    const times = own?.harm.times ?? looking.always;
    const account = own?.accounts.find((one) => one.cause === cause);
    const { whose } = account?.look ?? looking.look(cause, times);
    return cause.signs.flatMap((sign) => {
      if (seen.has(sign.yes) || (mayBeMissing(sign) && !looking.isSeen(sign, times, whose))) return [];
      seen.add(sign.yes);
      return [sighting(sign, times, whose, looking, evidence)];
    });
  });
}

const isOfTheHost = (sign: Sign): boolean => hostSignals.some(({ name }) => name === sign.signal);

const mayBeMissing = ({ isOptional, ifMeasured, stage }: Sign): boolean =>
  Boolean(isOptional ?? ifMeasured ?? stage);

function sighting(
  sign: Sign,
  times: Harm['times'],
  whose: Whose,
  looking: Looking,
  { arms, judgedArm }: Evidence,
): Sighting {
  const says = withValue(sign.yes, sign, looking.value(sign, times, whose));
  // The sign is judged over sustained windows, but its start is reported to the second.
  const at = looking.firstTime(sign, times, whose);
  const from = arms.get(judgedArm)?.loadFrom;
  return {
    says: whose.pod === undefined || isOfTheHost(sign) ? says : `${says} in ${whose.pod}`,
    signal: sign.signal,
    ...(sign.app && { app: sign.app }),
    ...(at !== undefined && from !== undefined && { atSeconds: Math.round((at - from) / 1000) }),
  };
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

/** Who waits for what always takes so long suffers from no failure. */
function isSuffering({ causes }: Explained): boolean {
  return causes.length === 0 || causes.some(({ isAsAlways }) => !isAsAlways);
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
