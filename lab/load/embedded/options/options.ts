import { z } from 'zod';
import { LabError } from '../../../model/errors';
import { isTrendStat } from '../metrics/trend';
import { describeIssue } from './errors';
import { blankable, duration, integer, positive, stages, texts } from './fields';
import { brokenRule, EXECUTOR_NAMES, type ExecutorName, type Scenario, schemaOf } from './scenarios';
import { thresholds } from './thresholds';

const MINUTE_MS = 60_000;
/** k6's default statistics of trends in the summary. */
const TREND_STATS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];

const trendStat = z
  .string()
  .refine(isTrendStat, { error: 'avg, min, med, max, count or p(N) with N from 0 to 100' });

/**
 * Fields of `options` that the executors use. null means absent. The script runtime reads the other fields.
 */
const schema = z.object({
  vus: blankable(integer().nullish()),
  duration: duration().nullish(),
  iterations: blankable(positive.nullish()),
  stages: z.preprocess((value) => (isEmpty(value) ? undefined : value), stages.nullish()),
  scenarios: z.record(z.string(), z.unknown(), { error: 'an object of scenarios by name' }).nullish(),
  thresholds,
  tags: texts.default({}),
  setupTimeout: duration().default(MINUTE_MS),
  teardownTimeout: duration().default(MINUTE_MS),
  noSetup: z.boolean({ error: 'true or false' }).default(false),
  noTeardown: z.boolean({ error: 'true or false' }).default(false),
  minIterationDuration: duration().default(0),
  summaryTrendStats: z.array(trendStat, { error: 'a list of statistics' }).default(TREND_STATS),
  summaryTimeUnit: z.enum(['', 's', 'ms', 'us'], { error: '"s", "ms" or "us"' }).default(''),
});

type Parsed = z.output<typeof schema>;

/** k6 options with all defaults filled in. Durations are in milliseconds. */
export type TestOptions = Omit<Parsed, 'vus' | 'duration' | 'iterations' | 'stages' | 'scenarios'> & {
  scenarios: Scenario[];
};

/**
 * Checks a script's `options` like k6 and fills in k6's defaults.
 * @param execs names of the functions that the script exports
 * @throws LabError (usage) with the option, its value and what is allowed
 */
export function parseOptions(raw: Record<string, unknown>, execs: string[]): TestOptions {
  const parsed = check(schema, withoutNulls(raw), 'options');
  const {
    vus: _vus,
    duration: _duration,
    iterations: _iterations,
    stages: _stages,
    scenarios: _scenarios,
    ...rest
  } = parsed;
  const scenarios = Object.entries(scenariosOf(parsed)).map(([name, value]) => parseScenario(name, value));
  for (const scenario of scenarios) checkExec(scenario, execs);
  return { ...rest, scenarios };
}

/** The scenarios as the script wrote them, or as its shortcut stands for. */
export function writtenScenarios(raw: Record<string, unknown>): Record<string, unknown> {
  return scenariosOf(check(schema, withoutNulls(raw), 'options'));
}

const SHORTCUTS = ['iterations', 'duration', 'stages'] as const;
type Shortcut = (typeof SHORTCUTS)[number];

/** The scenario that each shortcut stands for. */
const EXPANSIONS: Record<Shortcut, (options: Parsed) => Record<string, unknown>> = {
  iterations: (o) => ({
    executor: 'shared-iterations',
    vus: o.vus,
    iterations: o.iterations,
    maxDuration: o.duration,
  }),
  duration: (o) => ({ executor: 'constant-vus', vus: o.vus, duration: o.duration }),
  stages: (o) => ({
    executor: 'ramping-vus',
    startVUs: o.vus,
    stages: o.stages!.map(({ durationMs, target }) => ({ duration: durationMs, target })),
  }),
};

/**
 * The scenarios, from `scenarios` or from a shortcut. If there is neither, one VU runs one iteration. `vus`
 * alone has no effect, as in k6.
 */
function scenariosOf(options: Parsed): Record<string, unknown> {
  const used = SHORTCUTS.find((shortcut) => options[shortcut] != null);
  if (!used) {
    if (Object.keys(options.scenarios ?? {}).length > 0) return options.scenarios!;
    return { default: { executor: 'per-vu-iterations' } };
  }
  if (options.scenarios) throw conflict(used, 'scenarios');
  if (used !== 'stages' && options.stages) throw conflict(used, 'stages');
  return { default: withoutNulls(EXPANSIONS[used](options)) };
}

function parseScenario(name: string, value: unknown): Scenario {
  const path = `options.scenarios.${name}`;
  if (!/^[\w-]+$/.test(name)) {
    throw invalid(`options.scenarios`, name, 'names of letters, digits, underscores and dashes');
  }
  const executor = (value as { executor?: unknown } | null)?.executor;
  if (!EXECUTOR_NAMES.includes(executor as ExecutorName)) {
    throw invalid(`${path}.executor`, executor, allowedExecutors(executor));
  }
  const scenario = {
    name,
    ...check(schemaOf(executor as ExecutorName), withoutNulls(value as object), path),
  } as Scenario;
  const broken = brokenRule(scenario);
  if (broken)
    throw invalid(`${path}.${broken.field}`, scenario[broken.field as keyof Scenario], broken.allowed);
  return scenario;
}

function allowedExecutors(executor: unknown): string {
  const names = EXECUTOR_NAMES.join(', ');
  if (executor !== 'externally-controlled') return names;
  return `${names}. A run with external control needs k6 itself`;
}

function checkExec(scenario: Scenario, execs: string[]): void {
  if (execs.includes(scenario.exec)) return;
  throw invalid(
    `options.scenarios.${scenario.name}.exec`,
    scenario.exec,
    `an exported function: ${execs.join(', ')}`,
  );
}

function check<S extends z.ZodType>(schemaToUse: S, value: unknown, path: string): z.output<S> {
  const result = schemaToUse.safeParse(value);
  if (result.success) return result.data;
  const { at, found, allowed } = describeIssue(result.error.issues[0]!, value, path);
  throw invalid(at, found, allowed);
}

function invalid(path: string, found: unknown, allowed: string): LabError {
  const text = found === undefined ? 'is missing' : `is ${JSON.stringify(found)}`;
  return new LabError(`${path} ${text}`, 'usage', `Allowed: ${allowed}.`);
}

function conflict(one: string, other: string): LabError {
  return new LabError(
    `options.${one} and options.${other} are both set`,
    'usage',
    'Keep only one of them: both define the amount of load.',
  );
}

/** Removes null fields, because k6 treats null as "not set". */
function withoutNulls(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field != null));
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
