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
  /** Whether numbers must become smaller to help; 0 is off. Default: larger. */
  isLess?: true;
  /** Given only if requests of one of these routes were harmed, because it acts on no other. Default: always. */
  actsOn?: readonly string[];
  /** The settings that would have been enough for this load, if that can be computed. They replace `set`. */
  enough?: (situation: Situation) => Settings | undefined;
}

/** Ends a step whose settings were computed. */
export const ENOUGH = ' (computed from this run)';

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
    const step = applies(one, situation) ? news(stepOf(one, situation), one, situation.recording) : undefined;
    return step ? [step] : [];
  });
}

/**
 * The step without the settings that the run had already, or that would go the wrong way. Undefined without its first
 * setting: the others only support that one.
 */
function news(step: Step, { isLess }: Advice, { run }: Recording): Step | undefined {
  if (!step.set) return step;
  const settings = Object.entries(step.set);
  const left = settings.filter(([path, value]) => {
    const now = valueAt(run.props, path);
    if (typeof value !== 'number' || typeof now !== 'number') return value !== now;
    return isLess ? now === OFF || value < now : value > now;
  });
  return left[0] === settings[0] ? { ...step, set: Object.fromEntries(left) } : undefined;
}

/** A defence with this value is off. */
const OFF = 0;

/** A setting by its path; undefined if there is none. */
export function valueAt(props: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], props);
}

/** In the form of `--set`. */
export function settingsOf(set: Settings): string[] {
  return Object.entries(set).map(([path, value]) => `${path}=${String(value)}`);
}

/** The step with its settings: "add CPU: backend.cpuLimitMillicores=1000". */
export function stepInWords({ says, set = {} }: Step): string {
  const settings = settingsOf(set);
  return settings.length > 0 ? `${says}: ${settings.join(', ')}` : says;
}

function applies({ actsOn }: Advice, { harms }: Situation): boolean {
  return !actsOn || harms.some(({ route }) => actsOn.includes(routeOf(route)));
}

function stepOf({ says, set, enough }: Advice, situation: Situation): Step {
  const computed = enough?.(situation);
  if (computed) return { says: `${says}${ENOUGH}`, set: computed };
  return { says, ...(set && { set }) };
}
