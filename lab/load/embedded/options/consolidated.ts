import { parseDuration } from './duration';
import { type TestOptions, writtenScenarios } from './options';
import type { ExecutorName } from './scenarios';

type Fields = Record<string, unknown>;

/** The fields of k6's options, in its order. An option that the script does not set is null. */
const FIELDS = (
  'paused scenarios executionSegment executionSegmentSequence noSetup setupTimeout noTeardown teardownTimeout rps dns ' +
  'maxRedirects userAgent batch batchPerHost httpDebug insecureSkipTLSVerify tlsCipherSuites tlsVersion tlsAuth throw ' +
  'thresholds blacklistIPs blockHostnames hosts noConnectionReuse noVUConnectionReuse minIterationDuration ext ' +
  'summaryTrendStats summaryTimeUnit systemTags tags metricSamplesBufferSize noCookiesReset discardResponseBodies ' +
  'consoleOutput localIPs'
).split(' ');

const COMMON = ['executor', 'startTime', 'gracefulStop', 'env', 'exec', 'tags'];

/** The other fields of each kind of scenario. */
const OWN: Record<ExecutorName, string[]> = {
  'shared-iterations': ['vus', 'iterations', 'maxDuration'],
  'per-vu-iterations': ['vus', 'iterations', 'maxDuration'],
  'constant-vus': ['vus', 'duration'],
  'ramping-vus': ['startVUs', 'stages', 'gracefulRampDown'],
  'constant-arrival-rate': ['rate', 'timeUnit', 'duration', 'preAllocatedVUs', 'maxVUs'],
  'ramping-arrival-rate': ['startRate', 'timeUnit', 'stages', 'preAllocatedVUs', 'maxVUs'],
};

const DURATIONS = new Set(
  'startTime gracefulStop maxDuration duration timeUnit gracefulRampDown minIterationDuration setupTimeout teardownTimeout'.split(
    ' ',
  ),
);

const INTEGERS = new Set(
  'rps maxRedirects batch batchPerHost vus iterations startVUs rate startRate preAllocatedVUs maxVUs'.split(
    ' ',
  ),
);

/**
 * The options as exec.test.options shows them: with the scenario that a shortcut stands for, and with the defaults that
 * k6 fills in. Frozen.
 * @param raw the script's options
 */
export function consolidatedOptions(
  raw: Fields,
  parsed: TestOptions,
  systemTags: ReadonlySet<string>,
): Fields {
  const filled: Fields = {
    ...raw,
    scenarios: mapped(writtenScenarios(raw), (scenario) => scenarioFields(scenario as Fields)),
    summaryTrendStats: parsed.summaryTrendStats,
    systemTags: [...systemTags],
    dns: { ttl: null, select: null, policy: null, ...(raw.dns as Fields | undefined) },
  };
  return deepFreeze(fields(filled, FIELDS));
}

function scenarioFields(scenario: Fields): Fields {
  return fields(scenario, [...COMMON, ...OWN[scenario.executor as ExecutorName]]);
}

function fields(values: Fields, names: string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fieldValue(name, values[name])]));
}

function fieldValue(name: string, value: unknown): unknown {
  if (name === 'stages' && Array.isArray(value)) {
    return value.map(({ duration, target }: Fields) => ({
      duration: fieldValue('duration', duration),
      target: Number(target),
    }));
  }
  if (INTEGERS.has(name) && typeof value === 'string') return value === '' ? null : Number(value);
  return DURATIONS.has(name) && value != null ? goDuration(parseDuration(value)!) : (value ?? null);
}

function mapped(values: Fields, convert: (value: unknown) => unknown): Fields {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, convert(value)]));
}

/** Go's text of a duration, such as "1m30s". */
function goDuration(ms: number): string {
  if (Math.abs(ms) < 1000) return ms === 0 ? '0s' : `${ms}ms`;
  const seconds = Number(((ms / 1000) % 60).toFixed(9));
  const minutes = Math.trunc(ms / 60_000) % 60;
  const hours = Math.trunc(ms / 3_600_000);
  if (hours !== 0) return `${hours}h${minutes}m${seconds}s`;
  return minutes !== 0 ? `${minutes}m${seconds}s` : `${seconds}s`;
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
