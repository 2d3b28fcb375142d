import {
  type Effect,
  type Experiment,
  type Expectation,
  type Requests,
  DEFAULT_ARM,
} from '../../model/experiment';
import type { Recording } from '../../recording/recording';
import { judge, type Finding } from '../evaluate';
import { type Evidence, plannedSeconds } from '../measure';
import { type Outcome, worst } from '../outcome';
import { signal } from '../signals';
import { validity } from '../validity';
import { reach } from '../verdict';
import { effectOf, isMore } from './effect';
import { shifts, type Shift } from './explain';
import { goodPerSecond } from './goodput';
import { difference, estimate, mean, sum, type Estimate } from './interval';

export type ComparedRole = 'aggressor' | 'victim';

/** One run of a comparison. */
export interface Trial {
  arm: string;
  repeat: number;
  recording: Recording;
}

/** How the requests of one role were served in one arm, over all its repeats. */
export interface Served {
  role: ComparedRole;
  /** Good answers per second. */
  goodput: Estimate;
  /** Scheduled iterations per second. */
  offered?: number;
  p95Ms?: number;
  /** Share of requests that failed. */
  errors?: number;
}

/** A change of goodput against the arm that this one is compared with. */
export interface GoodputChange {
  role: ComparedRole;
  before: number;
  after: number;
  difference: Estimate;
  effect: Effect | 'unclear';
  expected?: Expectation;
  result?: 'as expected' | 'not as expected' | 'unclear';
}

export interface ArmRow {
  arm: string;
  title: string;
  /** Settings that it changes. */
  props: Record<string, unknown>;
  /** The arm that this one is compared with; missing for the default. */
  against?: string;
  repeats: number;
  served: Served[];
  /** Container restarts of the backend in each repeat; null if they were not measured. */
  restarts: (number | null)[];
  /**
   * What the experiment's claims and the diagnosis say about each repeat: whether it still fails in this way.
   */
  verdicts: { outcome: Outcome; cause: string }[];
  changes: GoodputChange[];
  /** What the arm claims beyond goodput, judged on its first repeat. */
  findings: Finding[];
  /** The signals that moved, which explain the change. */
  shifts: Shift[];
  /** Why runs of this arm are unreliable. */
  troubles: string[];
}

export interface Comparison {
  rows: ArmRow[];
  ordering: Ordering;
}

/** Whether repeats agree on which arm is better for the first of the roles. */
export interface Ordering {
  role: ComparedRole;
  /** Arms of each complete repeat, the best goodput first. */
  byRepeat: string[][];
  /** Pairs of arms that the repeats order differently, by a tenth or more. */
  contradictions: [string, string][];
}

/** Compares the arms of an experiment: the default first, then the others in the experiment's order. */
export function compareArms(experiment: Experiment, trials: Trial[]): Comparison {
  const names = [DEFAULT_ARM, ...Object.keys(experiment.arms ?? {})];
  const present = names.filter((name) => trials.some(({ arm }) => arm === name));
  return {
    rows: present.map((name) => rowOf(name, experiment, trials)),
    ordering: orderingOf(experiment, trials, present),
  };
}

function rowOf(arm: string, experiment: Experiment, trials: Trial[]): ArmRow {
  const own = trialsOf(arm, trials);
  const runs = own.map(({ recording }) => recording);
  const definition = experiment.arms?.[arm];
  const against = arm === DEFAULT_ARM ? undefined : (definition?.against ?? DEFAULT_ARM);
  const reference = against === undefined ? [] : trialsOf(against, trials).map(({ recording }) => recording);
  const evidences = runs.map((run) => evidenceOf(arm, run, experiment));
  const [first] = runs;
  return {
    arm,
    title: definition?.title ?? 'the system as it is',
    props: definition?.props ?? {},
    ...(reference.length > 0 && { against: against as string }),
    repeats: runs.length,
    served: rolesOf(experiment).map((role) => servedOf(role, experiment, runs)),
    restarts: runs.map((run) => signal('restarts').valueIn(run, { app: 'backend' }, 0, run.until) ?? null),
    verdicts: evidences.map((evidence) => {
      const { outcome, diagnosis } = reach(evidence);
      return { outcome, cause: diagnosis.cause };
    }),
    changes:
      reference.length === 0
        ? []
        : rolesOf(experiment).map((role) =>
            changeOf(role, experiment, reference, runs, definition?.expects ?? []),
          ),
    findings: first
      ? (definition?.claims ?? []).map((claim) => judge(claim, armsOf(arm, trials, experiment)))
      : [],
    shifts: reference.length > 0 ? shifts(reference, runs) : [],
    troubles: evidences.flatMap((evidence, index) => {
      const trouble = troubleOf(evidence);
      return trouble ? [`repeat ${own[index]!.repeat}: ${trouble}`] : [];
    }),
  };
}

/** Why a run of a series is unreliable, if it is. */
export function troubleOf(evidence: Evidence): string | undefined {
  const { unusable, suspect } = validity(evidence);
  return unusable ?? suspect;
}

/** The evidence of one run alone, without the claims that compare it with others. */
export function evidenceOf(arm: string, recording: Recording, experiment: Experiment): Evidence {
  const alone = experiment.claims.filter(
    (claim) => 'first' in claim || (claim.arm === undefined && claim.relativeTo?.arm === undefined),
  );
  return {
    experiment: { ...experiment, claims: alone },
    arms: new Map([[arm, recording]]),
    judgedArm: arm,
  };
}

/**
 * The first repeat of each arm, so that an arm's claims can be relative to another arm. It is not the same repeat
 * in all arms if some broke off.
 */
function armsOf(judgedArm: string, trials: Trial[], experiment: Experiment): Evidence {
  const arms = new Map<string, Recording>();
  for (const { arm } of trials) arms.set(arm, trialsOf(arm, trials)[0]!.recording);
  return { experiment, arms, judgedArm };
}

export function rolesOf({ roles }: Experiment): ComparedRole[] {
  return roles.victim ? ['victim', 'aggressor'] : ['aggressor'];
}

export function servedOf(role: ComparedRole, experiment: Experiment, runs: Recording[]): Served {
  const mean = (name: string) => meanOverLoad(name, role, experiment, runs);
  const [offered, p95Ms, errors] = [mean('offered_rate'), mean('latency_p95'), mean('error_share')];
  return {
    role,
    goodput: estimate(goodputs(role, experiment, runs), secondsOf(runs, experiment)),
    ...(offered !== undefined && { offered }),
    ...(p95Ms !== undefined && { p95Ms }),
    ...(errors !== undefined && { errors }),
  };
}

/** A signal of the requests of one role, as a mean over runs. */
function meanOverLoad(
  name: string,
  role: ComparedRole,
  experiment: Experiment,
  runs: Recording[],
): number | undefined {
  const requests = experiment.roles[role] as Requests;
  const subject = {
    app: 'backend',
    scenario: requests.scenario,
    ...(requests.name !== undefined && { name: requests.name }),
  };
  const values = runs.flatMap((run) => {
    const { loadFrom = 0, until } = run;
    const to = name === 'offered_rate' ? plannedEnd(run, experiment) : until;
    return signal(name).valueIn(run, subject, loadFrom, to) ?? [];
  });
  return values.length > 0 ? mean(values) : undefined;
}

function offeredTo(role: ComparedRole, experiment: Experiment, runs: Recording[]): number {
  return meanOverLoad('offered_rate', role, experiment, runs) ?? 0;
}

function changeOf(
  role: ComparedRole,
  experiment: Experiment,
  reference: Recording[],
  runs: Recording[],
  expects: Expectation[],
): GoodputChange {
  const seconds = secondsOf(runs, experiment);
  const [before, after] = [goodputs(role, experiment, reference), goodputs(role, experiment, runs)];
  const change = difference(after, before, seconds);
  const [was, is] = [before, after].map((all) => mean(all.map(sum)) / seconds) as [number, number];
  const effect = effectOf(change, was, is, offeredTo(role, experiment, [...reference, ...runs]));
  const expected = expects.find((expectation) => expectation.role === role);
  return {
    role,
    before: was,
    after: is,
    difference: change,
    effect,
    ...(expected && { expected, result: resultOf(effect, expected) }),
  };
}

function resultOf(
  effect: GoodputChange['effect'],
  { goodput }: Expectation,
): NonNullable<GoodputChange['result']> {
  if (effect === 'unclear') return 'unclear';
  return effect === goodput ? 'as expected' : 'not as expected';
}

function goodputs(role: ComparedRole, { roles }: Experiment, runs: Recording[]): number[][] {
  return runs.map((run) => goodPerSecond(run, roles[role] as Requests));
}

function secondsOf(runs: Recording[], experiment: Experiment): number {
  const [first] = runs;
  return first ? plannedSeconds(first.run, experiment) : experiment.seconds.compressed;
}

function orderingOf(experiment: Experiment, trials: Trial[], arms: string[]): Ordering {
  const role = rolesOf(experiment)[0] as ComparedRole;
  const repeats = [...new Set(trials.map(({ repeat }) => repeat))].sort((a, b) => a - b);
  const complete = repeats.flatMap((repeat) => {
    const runs = trials.filter((trial) => trial.repeat === repeat && arms.includes(trial.arm));
    const good = runs.map(({ arm, recording }): [string, number] => [
      arm,
      sum(goodputs(role, experiment, [recording])[0] as number[]),
    ]);
    return good.length === arms.length ? [new Map(good)] : [];
  });
  const recordings = trials.map(({ recording }) => recording);
  const offered = offeredTo(role, experiment, recordings) * secondsOf(recordings, experiment);
  const better = (a: string, b: string) =>
    complete.some((good) => isMore(good.get(a) as number, good.get(b) as number, offered));
  return {
    role,
    byRepeat: complete.map((good) =>
      [...arms].sort((a, b) => (good.get(b) as number) - (good.get(a) as number)),
    ),
    contradictions: arms.flatMap((a, index) =>
      arms
        .slice(index + 1)
        .flatMap((b): [string, string][] => (better(a, b) && better(b, a) ? [[a, b]] : [])),
    ),
  };
}

/** In the order of their repeats. */
function trialsOf(arm: string, trials: Trial[]): Trial[] {
  return trials.filter((trial) => trial.arm === arm).sort((a, b) => a.repeat - b.repeat);
}

function plannedEnd({ loadFrom = 0, run }: Recording, experiment: Experiment): number {
  return loadFrom + plannedSeconds(run, experiment) * 1000;
}

/** Refuted when an arm did not behave as it expects; inconclusive when that is unclear for an arm. */
export function outcomeOfComparison({ rows }: Comparison): Outcome {
  return worst(rows.map(outcomeOfArm));
}

/** Refuted when the arm did not behave as it expects; inconclusive when that is unclear. */
export function outcomeOfArm({ changes, findings, troubles }: ArmRow): Outcome {
  const results = [...changes.flatMap(({ result }) => result ?? []), ...findings.map(({ result }) => result)];
  if (results.some((result) => result === 'not as expected' || result === 'refuted')) return 'refuted';
  const isUnclear = results.some((result) => result === 'unclear' || result === 'inconclusive');
  return isUnclear || troubles.length > 0 ? 'inconclusive' : 'held';
}
