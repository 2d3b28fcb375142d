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
      checks.add(passed ? 1 : 0, base.with('check', name).tags);
      return Boolean(passed);
    };
    let all = true;
    let pending: Promise<boolean> | undefined;
    for (const name of Object.keys(conditions ?? {})) {
      const condition = conditions[name]!;
      const evaluate = () => evaluated(condition, value, (passed) => record(name, passed));
      if (pending) {
        pending = pending.then(async (before) => (await evaluate()) && before);
        continue;
      }
      const passed = evaluate();
      if (typeof passed === 'boolean') all = passed && all;
      else pending = passed.then((now) => now && all);
    }
    return pending ?? all;
  }

  async function group(name: string, run: () => unknown): Promise<unknown> {
    if (runtime.phase === 'init') throw new GoError('using group() in the init context is not supported');
    if (String(name).includes('::')) throw new GoError("group and check names may not contain '::'");
    const { now } = runtime.shared.host;
    const start = now();
    return runtime.inGroup(`${runtime.group}::${name}`, async () => {
      try {
        return await run();
      } finally {
        groupDuration.add(now() - start, runtime.tagSet.tags);
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
  condition: CheckCondition,
  value: unknown,
  record: (passed: unknown) => boolean,
): boolean | Promise<boolean> {
  if (typeof condition !== 'function') return record(condition);
  const fail = (error: unknown): never => {
    record(false);
    throw error;
  };
  let result: unknown;
  try {
    result = condition(value);
  } catch (error) {
    return fail(error);
  }
  return isPromise(result) ? result.then(record, fail) : record(result);
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null)?.then === 'function';
}
