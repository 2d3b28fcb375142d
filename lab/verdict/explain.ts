import { CAUSES, type Cause } from './causes';
import type { Harm } from './harm/harm';
import { type Path, pathOf, type Stage } from './harm/path';
import type { Recording } from '../recording/recording';
import type { Look, Looking } from './looking';

/** What a cause has to do with one harm. */
export interface Account {
  cause: Cause;
  look: Look;
  /** Whether the way in which the requests ended, and where they spent their time, fit the cause. */
  fit: 'kind' | 'path' | 'process' | 'none';
}

/** One harm with what the causes have to do with it. */
export interface Explained {
  harm: Harm;
  path: Path | undefined;
  accounts: Account[];
  /** Those that explain it. */
  causes: Cause[];
}

/** A stage with a smaller share of the time is not where requests waited. */
const WAITED_SHARE = 0.3;

/** A stage with a smaller share of the failures is not where requests failed. */
const FAILED_SHARE = 0.2;

/** How requests end that failed with an answer, in one stage or in none. */
const ANSWERED: readonly Harm['kind'][] = ['fast error', 'slow error'];

/** Any end but an error of the client, which no resource causes. */
const ANY: readonly Harm['kind'][] = [
  'refused',
  'reset',
  'timed out',
  'fast error',
  'slow error',
  'slow',
  'other',
];

/** Finds the causes that explain a harm: those that fit best. */
export function explain(harm: Harm, recording: Recording, looking: Looking): Explained {
  const path = pathOf(harm, recording);
  const accounts = CAUSES.filter(({ name }) => name !== 'healthy').map((cause) => ({
    cause,
    look: looking.look(cause, harm.times, harm.route),
    fit: fitOf(cause, harm, path),
  }));
  return { harm, path, accounts, causes: bestOf(accounts) };
}

/** Each place counts only where nothing of an earlier one explains the harm. */
const PLACES: ((account: Account) => boolean)[] = [
  ({ cause, fit }) => cause.rank === undefined && fit === 'kind',
  ({ cause, fit }) => cause.rank === undefined && fit === 'process',
  ({ cause, fit }) => cause.rank === 1 && fit === 'kind',
  ({ cause, fit }) => cause.rank === 2 && fit === 'kind',
];

function bestOf(accounts: Account[]): Cause[] {
  const seen = accounts.filter(({ look, cause }) => look.state === 'seen' && !cause.harmsNobody);
  const found = PLACES.map((belongs) => seen.filter(belongs)).find((some) => some.length > 0) ?? [];
  return found.map(({ cause }) => cause);
}

function fitOf(cause: Cause, { kind }: Harm, path: Path | undefined): Account['fit'] {
  if (!(cause.explains ?? ANY).includes(kind)) return 'none';
  if (!cause.stages || !path || isOnPath(cause.stages, kind, path)) return 'kind';
  return cause.isProcessWide ? 'process' : 'path';
}

function isOnPath(stages: readonly Stage[], kind: Harm['kind'], { time, failures }: Path): boolean {
  if (ANSWERED.includes(kind)) {
    if (failures.size === 0) return stages.includes('own');
    return stages.reduce((sum, stage) => sum + (failures.get(stage)?.share ?? 0), 0) >= FAILED_SHARE;
  }
  return stages.reduce((sum, stage) => sum + (time.get(stage) ?? 0), 0) >= WAITED_SHARE;
}

/** Where the harmed requests were, in words: "92 % of their time in downstream". */
export function whereIn({ harm, path }: Pick<Explained, 'harm' | 'path'>): string | undefined {
  if (!path) return undefined;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  if (ANSWERED.includes(harm.kind)) {
    const [most] = [...path.failures].sort(([, a], [, b]) => b.share - a.share);
    return most && `${percent(most[1].share)} of them failed in the stage ${most[0]} (${most[1].reason})`;
  }
  const [most] = [...path.time].sort(([, a], [, b]) => b - a);
  return most && `${percent(most[1])} of their time was spent in the stage ${most[0]}`;
}
