import type { Prediction } from '../model/events';
import { routeOf } from './signals/signal';
import { CANNOT_TELL, type Diagnosis, isOfClients, type Sighting } from './diagnosis';
import { type Evidence, plannedSeconds } from './measure';
import { NOBODY, NOTHING, type PredictionPart } from './prediction';

export type Mark = 'right' | 'close' | 'wrong' | 'open';

/** One part of a prediction, compared with the evidence. */
export interface PartScore {
  part: PredictionPart;
  predicted: string;
  /** `open`: the evidence cannot tell. */
  mark: Mark;
  because: string;
}

export interface Score {
  parts: PartScore[];
  right: number;
}

/** Without a clock, nobody can predict a time more closely than a tenth of the load, or two samples. */
const RIGHT_WITHIN = { share: 0.1, seconds: 2 };
/** A quarter still tells an early failure from a late one. */
const CLOSE_WITHIN_SHARE = 0.25;

const UNMEASURED = { mark: 'open', because: 'no request was measured' } as const;

/** Scores a prediction part by part; the same evidence always gives the same score. */
export function score(prediction: Prediction, evidence: Evidence, diagnosis: Diagnosis): Score {
  const { cause, first, at, victim } = prediction;
  const parts = [
    ...(cause === undefined ? [] : [scoreCause(cause, diagnosis)]),
    ...(first === undefined ? [] : [scoreFirst(first, diagnosis)]),
    ...(at === undefined ? [] : [scoreTime(at, evidence, diagnosis)]),
    ...(victim === undefined ? [] : [scoreVictim(victim, evidence, diagnosis)]),
  ];
  return { parts, right: parts.filter(({ mark }) => mark === 'right').length };
}

export function scoreCause(predicted: string, diagnosis: Diagnosis): PartScore {
  const part = { part: 'cause' as const, predicted };
  const { cause, causes, evidence, mechanism, ruledOut, unknown } = diagnosis;
  if (cause === CANNOT_TELL) return { ...part, mark: 'open', because: mechanism };
  const seen = evidence.map(({ says }) => says).join('; ');
  if (causes.includes(predicted)) {
    return { ...part, mark: causes.length === 1 ? 'right' : 'close', because: `it was ${cause}: ${seen}` };
  }
  const unmeasured = unknown.find((other) => other.cause === predicted)?.because;
  if (unmeasured !== undefined)
    return { ...part, mark: 'open', because: `${unmeasured}; it was ${cause}: ${seen}` };
  const excluded = ruledOut.find((other) => other.cause === predicted)?.because;
  const harmless =
    predicted === 'healthy' ? 'something failed' : 'its signs were there, but another cause explains them';
  return { ...part, mark: 'wrong', because: `${excluded ?? harmless}; it was ${cause}: ${seen}` };
}

function scoreFirst(predicted: string, diagnosis: Diagnosis): PartScore {
  const { firstSymptom, cause, unknownSymptoms } = diagnosis;
  const part = { part: 'first' as const, predicted };
  const because = firstSymptom ? came(firstSymptom) : NONE_SEEN;
  if (firstSymptom?.name === predicted) return { ...part, mark: 'right', because };
  if (unknownSymptoms.includes(predicted)) {
    return { ...part, mark: 'open', because: `it was not measured; ${because}` };
  }
  if (predicted !== NOTHING) return { ...part, mark: 'wrong', because };
  if (!firstSymptom) return { ...part, ...noneSeen('right', diagnosis) };
  return cause === 'healthy'
    ? { ...part, mark: 'close', because: `${because}, but nobody was harmed` }
    : { ...part, mark: 'wrong', because };
}

const NONE_SEEN = 'no symptom was seen';

function came({ says, atSeconds }: Sighting): string {
  return `${says}, ${atSeconds} s after the load began`;
}

/** Where some symptoms were not measured, nobody knows that there was none. */
function noneSeen(mark: Mark, { unknownSymptoms }: Diagnosis): Pick<PartScore, 'mark' | 'because'> {
  if (unknownSymptoms.length === 0) return { mark, because: NONE_SEEN };
  return { mark: 'open', because: `${NONE_SEEN}, but not measured: ${unknownSymptoms.join(', ')}` };
}

function scoreTime(predicted: number, evidence: Evidence, diagnosis: Diagnosis): PartScore {
  const part = { part: 'at' as const, predicted: `${predicted} s` };
  const found = diagnosis.firstSymptom?.atSeconds;
  const run = evidence.arms.get(evidence.judgedArm)?.run;
  if (found === undefined || !run) return { ...part, ...noneSeen('wrong', diagnosis) };
  const load = plannedSeconds(run, evidence.experiment);
  const off = Math.abs(predicted - found);
  const right = off <= Math.max(RIGHT_WITHIN.share * load, RIGHT_WITHIN.seconds);
  const mark = right ? 'right' : off <= CLOSE_WITHIN_SHARE * load ? 'close' : 'wrong';
  return { ...part, mark, because: `the first symptom came ${found} s into a load of ${load} s` };
}

function scoreVictim(predicted: string, evidence: Evidence, diagnosis: Diagnosis): PartScore {
  const { suffered, unharmed } = diagnosis;
  const part = { part: 'victim' as const, predicted };
  if (!isOfClients(diagnosis)) return { ...part, ...UNMEASURED };
  const who = `who suffered: ${suffered.join(', ') || NOBODY}`;
  if (predicted.toLowerCase() === NOBODY) {
    return { ...part, mark: suffered.length === 0 ? 'right' : 'wrong', because: who };
  }
  const meant = requestsOf(predicted, evidence);
  if (meant.some((name) => suffered.includes(name))) return { ...part, mark: 'right', because: who };
  const known = meant.some((name) => unharmed.includes(name));
  return {
    ...part,
    mark: 'wrong',
    because: known ? `these requests were unharmed; ${who}` : `the run had no such requests; ${who}`,
  };
}

/** The names of the requests that a path or a role stands for, as they were recorded. */
function requestsOf(predicted: string, { experiment, arms, judgedArm }: Evidence): string[] {
  const requests = arms.get(judgedArm)?.requests ?? [];
  const role = Object.entries(experiment.roles).find(
    ([name, { label }]) => name === predicted.toLowerCase() || label === predicted,
  )?.[1];
  const meant = role
    ? requests.filter(({ scenario, name }) => scenario === role.scenario && (role.name ?? name) === name)
    : requests.filter(({ name }) => pathOf(name) === pathOf(predicted));
  return [...new Set(meant.map(({ name }) => name))];
}

const pathOf = (name: string): string => routeOf(name).replace(/\/$/, '');
