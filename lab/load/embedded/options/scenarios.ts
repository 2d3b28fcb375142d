import { z } from 'zod';
import { totalMs } from '../schedule/stages';
import { blankable, duration, integer, positive, stages, string, texts, vus } from './fields';

const SECOND = 1000;
const GRACEFUL_MS = 30 * SECOND;
const MAX_DURATION_MS = 600 * SECOND;

/** Options of every scenario. The defaults are k6's. */
const common = {
  startTime: duration().default(0),
  gracefulStop: duration().default(GRACEFUL_MS),
  exec: string.min(1, { error: 'the name of an exported function' }).default('default'),
  env: texts.default({}),
  tags: texts.default({}),
};

const iterations = {
  ...common,
  vus: blankable(vus(1).default(1)),
  iterations: blankable(positive.default(1)),
  maxDuration: duration(SECOND).default(MAX_DURATION_MS),
};

const arrivals = {
  ...common,
  timeUnit: duration(1).default(SECOND),
  preAllocatedVUs: vus(0),
  maxVUs: blankable(vus(0).optional()),
};

/** The options of each executor, with their ranges. Anything else is refused. */
const SCHEMAS = {
  'shared-iterations': z.strictObject({ executor: z.literal('shared-iterations'), ...iterations }),
  'per-vu-iterations': z.strictObject({ executor: z.literal('per-vu-iterations'), ...iterations }),
  'constant-vus': z.strictObject({
    executor: z.literal('constant-vus'),
    ...common,
    vus: blankable(vus(1).default(1)),
    duration: duration(SECOND),
  }),
  'ramping-vus': z.strictObject({
    executor: z.literal('ramping-vus'),
    ...common,
    startVUs: blankable(vus(0).default(1)),
    stages,
    gracefulRampDown: duration().default(GRACEFUL_MS),
  }),
  'constant-arrival-rate': z.strictObject({
    executor: z.literal('constant-arrival-rate'),
    ...arrivals,
    rate: positive,
    duration: duration(SECOND),
  }),
  'ramping-arrival-rate': z.strictObject({
    executor: z.literal('ramping-arrival-rate'),
    ...arrivals,
    startRate: blankable(integer(0).default(0)),
    stages,
  }),
};

export type ExecutorName = keyof typeof SCHEMAS;
export const EXECUTOR_NAMES = Object.keys(SCHEMAS) as ExecutorName[];

export type ScenarioOf<E extends ExecutorName> = z.output<(typeof SCHEMAS)[E]> & { name: string };
/** A scenario with all defaults filled in. Durations are in milliseconds. */
export type Scenario = { [E in ExecutorName]: ScenarioOf<E> }[ExecutorName];

/** The longest time during which the scenario starts iterations, in ms since its own start. */
export function durationOf(scenario: Scenario): number {
  if ('stages' in scenario) return totalMs(scenario.stages);
  return 'maxDuration' in scenario ? scenario.maxDuration : scenario.duration;
}

/** A rule over several fields of a scenario. Returns the problem, or undefined. */
type OptionRule = (scenario: Scenario) => { field: string; allowed: string } | undefined;

const RULES: OptionRule[] = [
  (scenario) =>
    scenario.executor === 'shared-iterations' && scenario.iterations < scenario.vus
      ? { field: 'iterations', allowed: `at least as many as VUs (${scenario.vus}): each VU needs one` }
      : undefined,
  (scenario) =>
    'maxVUs' in scenario && scenario.maxVUs !== undefined && scenario.maxVUs < scenario.preAllocatedVUs
      ? { field: 'maxVUs', allowed: `at least preAllocatedVUs (${scenario.preAllocatedVUs})` }
      : undefined,
  (scenario) =>
    scenario.executor === 'ramping-vus' &&
    Math.max(scenario.startVUs, ...scenario.stages.map((s) => s.target)) === 0
      ? { field: 'stages', allowed: 'a target or startVUs above 0: no VU would ever run' }
      : undefined,
];

export function schemaOf(executor: ExecutorName) {
  return SCHEMAS[executor];
}

export function brokenRule(scenario: Scenario): ReturnType<OptionRule> {
  return RULES.map((rule) => rule(scenario)).find((complaint) => complaint !== undefined);
}
