import type { Window } from '../model/experiment';
import type { Recording } from '../recording/recording';
import type { Cause, Sign } from './causes';
import type { Interval } from './harm/harm';
import type { Stage } from './harm/path';
import { EARLY, LATE } from './signs';
import { boundsOf, measure, type Measurement, satisfies, type Scope } from './measure';
import { signal, type Subject } from './signals';

/** What was found of a cause in some times of a run. */
export type Look =
  | { state: 'seen'; whose: Whose }
  /** `sign` is the one that is missing. */
  | { state: 'not seen'; sign: Sign; whose: Whose }
  /** All signs were there together, but for too small a part of the times to explain the harm. ms. */
  | { state: 'brief'; lasted: number; whose: Whose }
  /** `sign` is the one that nobody measured, or whose value is too close to its level to decide. */
  | { state: 'not measured'; sign: Sign; whose: Whose };

/** Whose values a look is about: all of them, one pod, one kind of users or one route. */
export interface Whose {
  recording: Recording;
  pod?: string;
  route?: string;
}

/** A cause comes before its effect: a request that times out began to wait seconds ago. */
const LEAD_MS = 5000;

/** Share of the time of a harm for which a cause must be there. */
const LASTING = 0.25;

/** A value this close below its level is not clearly missing. */
const CLOSE = 0.8;

/** Within so short a harm, a few seconds at a level explain it, but do not show in steps of five seconds. */
const SHORT_MS = 10_000;

/** Users who arrive at most this many times as often are the same users. */
const AS_OFTEN = 1.25;

/** Looks for causes in parts of one recording. */
export class Looking {
  /** Parts of the recording, and values in them, because several causes ask for the same. */
  private readonly parts = new Map<string, Recording>();
  private readonly values = new Map<Recording, Map<string, number | undefined>>();
  private readonly scopes = new Map<Recording, Scope>();

  constructor(
    private readonly recording: Recording,
    /** The scope of a whole recording, or of a part of it. */
    private readonly scopeOf: (recording: Recording) => Scope,
  ) {}

  /** The whole time under load. */
  get always(): Interval[] {
    const { loadFrom = 0, until } = this.recording;
    return [{ from: loadFrom, to: until }];
  }

  /** @param passes whether the harmed requests pass a stage. Signs about other stages are not asked for. */
  look(
    cause: Cause,
    times: Interval[],
    route?: string,
    passes: (stage: Stage) => boolean = () => true,
  ): Look {
    const signs = cause.signs.filter(({ stage }) => stage === undefined || passes(stage));
    const looks = this.eachOf(cause, times, route).map((whose) =>
      this.lookAt({ ...cause, signs }, times, whose),
    );
    const best = (state: Look['state']) => looks.find((look) => look.state === state);
    const absent = looks
      .filter((look) => look.state === 'not seen')
      .sort((a, b) => signs.indexOf(b.sign) - signs.indexOf(a.sign))[0];
    return best('seen') ?? best('brief') ?? best('not measured') ?? absent!;
  }

  /** The value of a sign in some times; undefined if it was not measured in them. */
  value(sign: Sign, times: Interval[], whose: Whose): number | undefined {
    const value = sign.during ? this.whole(sign, whose) : this.inTimes(sign, times, whose);
    if (value === undefined || !sign.relativeTo) return value;
    if (!sign.during && !this.hasCalm(sign, times, whose)) return undefined;
    const base = measure({ ...sign.relativeTo, ...nameOf(whose) }, this.scope(whose));
    return base?.value ? value / base.value : undefined;
  }

  isSeen(sign: Sign, times: Interval[], whose: Whose): boolean {
    return this.stateOf(sign, times, whose) === 'seen';
  }

  /** The first second in which a sign is present, ms since the run's start. */
  firstTime(sign: Sign, times: Interval[], whose: Whose): number | undefined {
    if (sign.relativeTo || sign.during) return undefined;
    const step = this.steps({ ...sign, stepSeconds: 1 }, times, whose).find(({ value }) =>
      satisfies(value, sign),
    );
    return step?.to;
  }

  private lookAt({ signs: all, harmsNobody }: Cause, times: Interval[], whose: Whose): Look {
    const signs = all.filter(({ isOptional }) => !isOptional);
    const lasting = harmsNobody ? [] : signs.filter(isSustainedAtLeast);
    const together = this.together(lasting, times, whose);
    const states = signs.map((sign) =>
      this.stateOf(sign, isSustainedBelow(sign) ? together.times : times, whose),
    );
    const find = (state: Look['state']) => signs[states.indexOf(state)];
    const absent = find('not seen');
    if (absent) return { state: 'not seen', sign: absent, whose };
    const unknown = signs.find((sign, index) => states[index] === 'not measured' && !sign.ifMeasured);
    if (unknown) return { state: 'not measured', sign: unknown, whose };
    if (!together.rarest) return { state: 'seen', whose };
    const { lasted } = together;
    return lasted > 0
      ? { state: 'brief', lasted, whose }
      : { state: 'not seen', sign: together.rarest, whose };
  }

  /**
   * When all of the signs are present together, and for how long, ms. What explains harm must last as long as a good
   * part of it: `rarest` is the sign that is missing for most of the times, undefined if they are together for long
   * enough.
   */
  private together(
    signs: Sign[],
    times: Interval[],
    whose: Whose,
  ): { times: Interval[]; lasted: number; rarest?: Sign } {
    const [first] = signs;
    if (!first) return { times, lasted: 0 };
    const steps = signs.map((sign) => this.steps(sign, times, whose));
    const holds = (sign: Sign, index: number, at: Measurement): boolean =>
      steps[index]!.some((step) => step.from < at.to && step.to > at.from && satisfies(step.value, sign));
    const [all = []] = steps;
    const found = all.filter((at) => signs.every((sign, index) => holds(sign, index, at)));
    // The steps are what counts, without the seconds before them.
    const within = found.length > 0 ? found.map(({ from, to }) => ({ from: from + LEAD_MS, to })) : times;
    const lasted = found.reduce((sum, { from, to }) => sum + to - from, 0);
    if (found.length >= LASTING * this.stepsIn(first, times, whose).length) return { times: within, lasted };
    const shares = signs.map((sign, index) => all.filter((at) => holds(sign, index, at)).length);
    return { times: within, lasted, rarest: signs[shares.indexOf(Math.min(...shares))]! };
  }

  private stateOf(sign: Sign, times: Interval[], whose: Whose): Look['state'] {
    const value = this.value(sign, times, whose);
    if (value === undefined) return 'not measured';
    if (satisfies(value, sign)) return 'seen';
    return isClose(value, sign) || this.isTooShort(sign, times, whose) ? 'not measured' : 'not seen';
  }

  /** Whether a level may have been reached for a moment that is short but long enough to explain a short harm. */
  private isTooShort(sign: Sign, times: Interval[], whose: Whose): boolean {
    if (!isSustainedAtLeast(sign)) return false;
    const length = times.reduce((sum, { from, to }) => sum + to - from, 0);
    if (length > SHORT_MS) return false;
    const isCoarse = whose.recording.run.engine.name !== 'local' && ofKubelet(sign);
    return (
      isCoarse ||
      this.steps({ ...sign, stepSeconds: 1 }, times, whose).some(({ value }) => satisfies(value, sign))
    );
  }

  private eachOf(cause: Cause, times: Interval[], route: string | undefined): Whose[] {
    const { recording } = this;
    const all = { recording };
    if (cause.each === 'route') return [{ recording, ...(route !== undefined && { route }) }];
    if (cause.each === 'users')
      return this.usersOf(route).map((kinds) => ({ recording: this.usersIn(kinds) }));
    if (cause.each !== 'pod') return [all];
    const { app = 'backend' } = cause;
    const pods = recording.podsOf(app).filter((pod) => recording.goneAt(pod) > times[0]!.from - LEAD_MS);
    if (pods.length === 0) return [all];
    return pods.map((pod) => ({
      recording: this.part(`pod ${app} ${pod}`, () => recording.ofPod(pod, app)),
      pod,
    }));
  }

  /**
   * Each kind of those who send requests of a route, and all of them together if they came as often at the end as at the
   * beginning: one kind may have taken the place of another.
   */
  private usersOf(route: string | undefined): string[][] {
    const own = this.recording.requests.filter(({ name }) => route === undefined || name === route);
    const kinds = [...new Set(own.map(({ scenario }) => scenario))];
    if (kinds.length === 0) return [[]];
    const isSame = kinds.length > 1 && this.cameAsOften(kinds);
    return [...(isSame ? [kinds] : []), ...kinds.map((kind) => [kind])];
  }

  private cameAsOften(kinds: string[]): boolean {
    const whose = { recording: this.usersIn(kinds) };
    const offered = (during: Window): number | undefined =>
      measure({ signal: 'offered_rate', during }, this.scope(whose))?.value;
    const [early, late] = [offered(EARLY), offered(LATE)];
    return early !== undefined && late !== undefined && late <= AS_OFTEN * early;
  }

  private usersIn(kinds: string[]): Recording {
    return this.part(`users ${JSON.stringify(kinds)}`, () => this.recording.ofScenarios(kinds));
  }

  /** Whether a part of the run was without harm, with which the harmed times can be compared. */
  private hasCalm(sign: Sign, times: Interval[], whose: Whose): boolean {
    const always = this.stepsIn({ ...sign, stepSeconds: 5 }, this.always, whose);
    return always.length > this.stepsIn({ ...sign, stepSeconds: 5 }, times, whose).length;
  }

  private whole(sign: Sign, whose: Whose): number | undefined {
    return measure({ ...sign, ...nameOf(whose) }, this.scope(whose))?.value;
  }

  private inTimes(sign: Sign, times: Interval[], whose: Whose): number | undefined {
    if (sign.take === 'max' || sign.take === 'min') {
      const values = this.steps(sign, times, whose).map(({ value }) => value);
      if (values.length > 0) return sign.take === 'max' ? Math.max(...values) : Math.min(...values);
    }
    return signal(sign.signal).adds ? this.sumIn(sign, times, whose) : this.over(sign, times, whose);
  }

  /** The value over everything from the first of the times to the last. */
  private over(sign: Sign, times: Interval[], whose: Whose): number | undefined {
    const [first, last] = [times[0], times.at(-1)];
    return first && last && this.valueIn(sign, whose, Math.max(first.from - LEAD_MS, 0), last.to);
  }

  /** The sum over the times and the seconds before them. What happened in between harmed nobody. */
  private sumIn(sign: Sign, times: Interval[], whose: Whose): number | undefined {
    const values = withLead(times).map(({ from, to }) => this.valueIn(sign, whose, from, to));
    const known = values.filter((value) => value !== undefined);
    return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : undefined;
  }

  /** The steps of a signal that have to do with the times, each with its value, if it has one. */
  private steps(sign: Sign, times: Interval[], whose: Whose): Measurement[] {
    return this.stepsIn(sign, times, whose).flatMap(({ from, to }) => {
      const value = this.valueIn(sign, whose, from, to);
      return value === undefined ? [] : [{ value, from, to }];
    });
  }

  private stepsIn({ stepSeconds = 1 }: Sign, times: Interval[], whose: Whose): Interval[] {
    const bounds = boundsOf([0, 'end'], whose.recording, this.scope(whose).experiment);
    if (!bounds) return [];
    const found: Interval[] = [];
    for (let from = bounds[0]; from + stepSeconds * 1000 <= bounds[1]; from += stepSeconds * 1000) {
      const to = from + stepSeconds * 1000;
      if (times.some((time) => from < time.to && to > time.from - LEAD_MS)) found.push({ from, to });
    }
    return found;
  }

  private valueIn(sign: Sign, whose: Whose, from: number, to: number): number | undefined {
    const values = this.values.get(whose.recording) ?? new Map<string, number | undefined>();
    this.values.set(whose.recording, values);
    const subject: Subject = { app: sign.app ?? 'backend', ...nameOf(whose) };
    const key = [sign.signal, subject.app, subject.name, from, to].join();
    if (!values.has(key)) values.set(key, signal(sign.signal).valueIn(whose.recording, subject, from, to));
    return values.get(key);
  }

  private part(key: string, make: () => Recording): Recording {
    const known = this.parts.get(key) ?? make();
    this.parts.set(key, known);
    return known;
  }

  private scope({ recording }: Whose): Scope {
    const known = this.scopes.get(recording) ?? this.scopeOf(recording);
    this.scopes.set(recording, known);
    return known;
  }
}

/** The times with the seconds before them, joined where they meet. */
function withLead(times: Interval[]): Interval[] {
  const all: Interval[] = [];
  for (const { from, to } of times) {
    const last = all.at(-1);
    const begin = Math.max(from - LEAD_MS, 0);
    if (last && begin <= last.to) last.to = Math.max(last.to, to);
    else all.push({ from: begin, to });
  }
  return all;
}

const nameOf = ({ route }: Whose): { name?: string } => (route === undefined ? {} : { name: route });

function isSustainedAtLeast({ take, during, relativeTo, is }: Sign): boolean {
  return take === 'max' && !during && !relativeTo && is.startsWith('>');
}

function isSustainedBelow({ take, during, relativeTo, is }: Sign): boolean {
  return take === 'max' && !during && !relativeTo && is.startsWith('<');
}

/** Kubelets measure every ten to twenty seconds. The backend and the downstream tell their CPU time themselves. */
const ofKubelet = ({ signal: name, app }: Sign): boolean =>
  name === 'cpu_throttled_share' || (name === 'cpu_limit_share' && app === 'postgres');

/** Counts of events are certain; levels are not. A share of everything is far from any level below. */
function isClose(value: number, { signal: name, is, threshold, relativeTo }: Sign): boolean {
  const { adds, unit } = signal(name);
  if (relativeTo || adds) return false;
  if (is.startsWith('>')) return value >= CLOSE * threshold;
  return value <= Math.min(threshold / CLOSE, unit === 'share' ? (threshold + 1) / 2 : Infinity);
}
