import { CAUSES, type Cause } from './causes';
import type { Harm } from './harm/harm';
import { type Path, pathOf, type Stage } from './harm/path';
import type { Recording } from '../recording/recording';
import type { Look, Looking } from './looking';
import { ENDED } from './signals/processes';
import { ALL_ENDS } from './signs';

/** What a cause has to do with one harm. */
interface Account {
  cause: Cause;
  look: Look;
  fit: Fit;
}

/**
 * How a cause fits the way in which the requests ended and where they spent their time: entirely; only as what is
 * behind the defence that refused them; only as something that slows all of a process; elsewhere than where they
 * were; or not at all.
 */
type Fit = 'whole' | 'behind' | 'process' | 'elsewhere' | 'none';

/** One harm with what the causes have to do with it. */
export interface Explained {
  harm: Harm;
  path: Path;
  accounts: Account[];
  /** Those that explain it. */
  causes: Cause[];
}

/** A stage with a smaller share of the time is not where requests waited. */
const WAITED_SHARE = 0.3;

/** A stage with a smaller share of the failures is not where requests failed. */
const FAILED_SHARE = 0.2;

/** How requests end that failed with an answer, in one stage or in none. */
const ANSWERED: readonly Harm['kind'][] = ['client error', 'fast error', 'slow error'];

/** How requests end that no process took, or whose process went away. */
const LOST: readonly Harm['kind'][] = ['refused', 'reset'];

/** How long requests may be refused after a container ended. */
const BEFORE_MS = 5000;

/** Finds the causes that explain a harm: those that fit best. */
export function explain(harm: Harm, recording: Recording, looking: Looking): Explained {
  const path = pathOf(harm, recording);
  const isLost = hasEnded(harm, recording);
  const accounts = CAUSES.filter(({ name }) => name !== 'healthy').map((cause) => ({
    cause,
    look: looking.look(cause, harm.times, harm.route, (stage) => passes(stage, path)),
    fit: fitOf(cause, harm, path, isLost),
  }));
  return { harm, path, accounts, causes: bestOf(accounts) };
}

/** A stage with a smaller share of the time is none that the requests pass. */
const PASSED_SHARE = 0.01;

function passes(stage: Stage, { time }: Path): boolean {
  return !time || (time.get(stage) ?? 0) >= PASSED_SHARE;
}

/** Each place counts only where nothing of an earlier one explains the harm. */
const PLACES: ((account: Account) => boolean)[] = [
  ({ cause, fit }) => cause.rank === undefined && fit === 'whole',
  ({ cause, fit }) => cause.rank === undefined && fit === 'behind',
  ({ cause, fit }) => cause.rank === undefined && fit === 'process',
  ({ cause, fit }) => cause.rank === 1 && fit === 'whole',
  ({ cause, fit }) => cause.rank === 2 && fit === 'whole',
];

function bestOf(accounts: Account[]): Cause[] {
  const seen = accounts.filter(({ look, cause }) => look.state === 'seen' && !cause.harmsNobody);
  const found = PLACES.map((belongs) => seen.filter(belongs)).find((some) => some.length > 0) ?? [];
  return found.map(({ cause }) => cause);
}

function fitOf(cause: Cause, harm: Harm, path: Path, isLost: boolean): Fit {
  const { explains = ALL_ENDS, stages, isProcessWide, defendedBy = [] } = cause;
  const { kind } = harm;
  // A process that ended refuses requests, however busy it was.
  const explainsKind = explains.includes(kind) && !(isProcessWide && isLost && LOST.includes(kind));
  if (explainsKind && (!stages || isOnPath(stages, kind, path))) return 'whole';
  if (ANSWERED.includes(kind) && shareIn(defendedBy, path.failures) >= FAILED_SHARE) return 'behind';
  if (!explainsKind) return 'none';
  return isProcessWide ? 'process' : 'elsewhere';
}

function isOnPath(stages: readonly Stage[], kind: Harm['kind'], { time, failures }: Path): boolean {
  if (ANSWERED.includes(kind)) {
    if (!failures) return true;
    const inStages = [...failures.values()].reduce((sum, { share }) => sum + share, 0);
    const own = stages.includes('own') ? 1 - inStages : 0;
    return shareIn(stages, failures) + own >= FAILED_SHARE;
  }
  if (!time || LOST.includes(kind)) return true;
  return stages.reduce((sum, stage) => sum + (time.get(stage) ?? 0), 0) >= WAITED_SHARE;
}

function shareIn(stages: readonly Stage[], failures: Path['failures']): number {
  return stages.reduce((sum, stage) => sum + (failures?.get(stage)?.share ?? 0), 0);
}

/** Whether a container of the backend ended while the requests were harmed, or just before. */
function hasEnded({ times }: Harm, { pods }: Recording): boolean {
  return pods.some(
    ({ app, reason, t }) =>
      app === 'backend' &&
      ENDED.includes(reason) &&
      times.some(({ from, to }) => t > from - BEFORE_MS && t <= to),
  );
}

const placeOf = (stage: Stage): string =>
  stage === 'own' ? 'outside of the measured stages' : `in the stage ${stage}`;

/** Where the harmed requests were, in words: "92 % of their time in downstream". */
export function whereIn({ harm, path }: Pick<Explained, 'harm' | 'path'>): string | undefined {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  if (ANSWERED.includes(harm.kind)) {
    const [most] = [...(path.failures ?? [])].sort(([, a], [, b]) => b.share - a.share);
    return most && `${percent(most[1].share)} of them failed in the stage ${most[0]} (${most[1].reason})`;
  }
  if (LOST.includes(harm.kind)) return undefined;
  const [most] = [...(path.time ?? [])].sort(([, a], [, b]) => b - a);
  return most && `${percent(most[1])} of their time was spent ${placeOf(most[0])}`;
}
