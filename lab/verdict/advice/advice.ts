import type { Recording } from '../../recording/recording';
import type { Harm } from '../harm/harm';
import { routeOf } from '../signals/signal';

/** Settings by their path, as for --set. */
export type Settings = Record<string, number | boolean | string>;

/** A step that may help against a cause. */
export interface Advice {
  /** What to do, as a clause without the settings. */
  says: string;
  /** The settings that do it, with values that make sense for the default system. */
  set?: Settings;
  /** Whether numbers must become smaller to help. Default: larger. */
  isLess?: true;
  /** Given only if requests of one of these routes were harmed, because it acts on no other. Default: always. */
  actsOn?: readonly string[];
  /** Given only if this is so. */
  when?: (situation: Situation) => boolean;
  /** The settings that would have been enough for this load, if that can be computed. They replace `set`. */
  enough?: (situation: Situation) => Settings | undefined;
}

/** Ends a step whose settings were computed. */
export const ENOUGH = ' (enough for this load)';

/** What advice is made from: a run, and the harms that the cause explains. */
export interface Situation {
  recording: Recording;
  harms: readonly Harm[];
}

/** A step with the settings that do it in the run at hand. */
export interface Step {
  says: string;
  set?: Settings;
}

/** The advice that applies, without what the run had already. */
export function stepsOf(advice: readonly Advice[], situation: Situation): Step[] {
  return advice.flatMap((one) => {
    const step = stepOf(one, situation);
    return applies(one, situation) && isNews(step, one, situation.recording) ? [step] : [];
  });
}

/** Whether any of the settings moves in the right direction. */
function isNews({ set }: Step, { isLess }: Advice, { run }: Recording): boolean {
  return (
    !set ||
    Object.entries(set).some(([path, value]) => {
      const now = valueAt(run.props, path);
      if (typeof value !== 'number' || typeof now !== 'number') return value !== now;
      return isLess ? value < now : value > now;
    })
  );
}

/** A setting by its path; undefined if there is none. */
export function valueAt(props: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], props);
}

/** The step with its settings: "add CPU: backend.cpuLimitMillicores=1000". */
export function stepInWords({ says, set = {} }: Step): string {
  const settings = Object.entries(set).map(([path, value]) => `${path}=${String(value)}`);
  return settings.length > 0 ? `${says}: ${settings.join(', ')}` : says;
}

function applies({ actsOn, when }: Advice, situation: Situation): boolean {
  const isOnRoute = !actsOn || situation.harms.some(({ route }) => actsOn.includes(routeOf(route)));
  return isOnRoute && (when?.(situation) ?? true);
}

function stepOf({ says, set, enough }: Advice, situation: Situation): Step {
  const computed = enough?.(situation);
  if (computed) return { says: `${says}${ENOUGH}`, set: computed };
  return { says, ...(set && { set }) };
}
