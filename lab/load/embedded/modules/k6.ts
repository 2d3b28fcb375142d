import { seededRandom } from '../../../support/random';
import type { Runtime } from '../script/runtime';
import { toTags } from '../script/tag-set';
import { GoError } from './go-error';
import { sleep } from './sleep';

type CheckCondition = boolean | ((value: unknown) => unknown);

/** k6 */
export function k6Module(runtime: Runtime) {
  const { sink } = runtime.shared.host;
  const checks = sink.metric('checks', 'rate', 'default');
  const groupDuration = sink.metric('group_duration', 'trend', 'time');

  /** Runs the conditions one after another and waits for those that block. */
  function check(
    value: unknown,
    conditions: Record<string, CheckCondition>,
    tags?: unknown,
  ): boolean | Promise<boolean> {
    if (runtime.phase === 'init') throw new GoError('using check() in the init context is not supported');
    const base = tags ? runtime.tagSet.withAll(toTags(tags)) : runtime.tagSet;
    const record = (name: string, passed: unknown) => {
      if (runtime.interrupted) return Boolean(passed);
      const tags = runtime.hasSystemTag('check') ? base.with('check', name) : base;
      checks.add(passed ? 1 : 0, tags.tags);
      return Boolean(passed);
    };
    let all = true;
    let pending: Promise<boolean> | undefined;
    for (const name of Object.keys(conditions ?? {})) {
      const condition = conditions[name]!;
      if (name.includes('::')) throw new GoError("group and check names may not contain '::'");
      const evaluate = () => evaluated(runtime, condition, value, (passed) => record(name, passed));
      if (pending) {
        pending = pending.then(async (before) => (await evaluate()) && before);
        continue;
      }
      const passed = evaluate();
      if (typeof passed === 'boolean') all = passed && all;
      else pending = passed.then((now) => now && all);
    }
    if (pending) runtime.claims.enterK6();
    return pending ?? all;
  }

  function group(name: string, run: unknown): Promise<unknown> {
    if (runtime.phase === 'init') throw new GoError('using group() in the init context is not supported');
    if (typeof run !== 'function') throw new GoError('group() requires a callback as a second argument');
    if (String(name).includes('::')) throw new GoError("group and check names may not contain '::'");
    runtime.claims.enterK6();
    return inGroup(name, run as () => unknown);
  }

  function inGroup(name: string, run: () => unknown): Promise<unknown> {
    const { now } = runtime.shared.host;
    const start = now();
    return runtime.inGroup(`${runtime.group}::${name}`, async () => {
      try {
        const { blocked, result } = runtime.callBack(run);
        if (!blocked && isAsyncFunction(run)) throw refuseAsync(result, ASYNC_GROUP);
        return await result;
      } finally {
        if (!runtime.interrupted) groupDuration.add(now() - start, runtime.tagSet.tags);
      }
    });
  }

  return {
    check,
    group,
    sleep: (seconds: number) => runtime.block(() => sleep(runtime, seconds * 1000)),
    fail(message = ''): never {
      throw new GoError(String(message));
    },
    randomSeed(seed: number): void {
      runtime.math.random = seededRandom(seed);
    },
  };
}

/** Like k6, records a condition that throws as failed, and rethrows the error. */
function evaluated(
  runtime: Runtime,
  condition: CheckCondition,
  value: unknown,
  record: (passed: unknown) => boolean,
): boolean | Promise<boolean> {
  if (typeof condition !== 'function') return record(condition);
  const fail = (error: unknown): never => {
    record(false);
    throw error;
  };
  let called: { blocked: boolean; result: unknown };
  try {
    called = runtime.callBack(() => condition(value));
  } catch (error) {
    return fail(error);
  }
  const { blocked, result } = called;
  if (blocked) return (result as Promise<unknown>).then(record, fail);
  if (isAsyncFunction(condition)) throw refuseAsync(result, ASYNC_CHECK);
  return record(result);
}

const isAsyncFunction = (value: unknown) =>
  Object.prototype.toString.call(value) === '[object AsyncFunction]';

const ASYNC_GROUP =
  'group() does not support async functions as arguments, please see ' +
  'https://grafana.com/docs/k6/latest/javascript-api/k6/group/ for more info';
const ASYNC_CHECK =
  'the built-in check() does not support async functions as arguments. Use the JavaScript utils library as a ' +
  'replacement. Refer to https://grafana.com/docs/k6/latest/javascript-api/jslib/utils/check/ for more info';

/** As in k6, an async callback is an error. What its promise brings no longer matters. */
function refuseAsync(result: unknown, message: string): GoError {
  (result as Promise<unknown>).catch(() => undefined);
  return new GoError(message);
}
