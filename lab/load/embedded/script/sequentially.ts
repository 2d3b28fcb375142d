import { isThenable } from '../modules/in-turn';
import type { Claims } from './claims';

type ItemCallback = (...values: unknown[]) => unknown;
type Method = (items: readonly unknown[], callback: Step, rest: unknown[]) => Promise<unknown>;

/** Calls the callback and waits for it if it blocks. The promise of an async function is kept as it is. */
type Step = (self: unknown, ...values: unknown[]) => Promise<{ value: unknown }>;

/** Array methods with callbacks that may block. The calls run one after another, and each is awaited. */
const METHODS: Record<string, Method> = {
  forEach: async (items, step, [self]) => {
    await each(items, step, self, () => false);
  },
  map: (items, step, [self]) => each(items, step, self, () => false),
  filter: async (items, step, [self]) => {
    const keep = await each(items, step, self, () => false);
    return items.filter((_, index) => keep[index]);
  },
  flatMap: async (items, step, [self]) => (await each(items, step, self, () => false)).flat(),
  some: async (items, step, [self]) => (await each(items, step, self, Boolean)).some(Boolean),
  every: async (items, step, [self]) => (await each(items, step, self, (value) => !value)).every(Boolean),
  find: async (items, step, [self]) => items[await firstIndex(items, step, self)],
  findIndex: (items, step, [self]) => firstIndex(items, step, self),
  findLast: async (items, step, [self]) => items[await lastIndex(items, step, self)],
  findLastIndex: (items, step, [self]) => lastIndex(items, step, self),
  reduce: (items, step, rest) => reduce(items, step, rest, [...items.keys()]),
  reduceRight: (items, step, rest) => reduce(items, step, rest, [...items.keys()].reverse()),
  from: async (items, step, [self]) => METHODS.map!(Array.from(items), step, [self]),
};

/**
 * Returns a replacement for `target.method(...values)`, for callbacks that may block.
 * Maps and sets have their own forEach. Any other target's method is called as written.
 */
export function sequentialCalls(claims: Claims) {
  return async (method: string, target: unknown, values: [unknown, ...unknown[]]): Promise<unknown> => {
    const [callback, ...rest] = values;
    const isItems = Array.isArray(target) || method === 'from';
    if (typeof callback !== 'function' || !(isItems || (method === 'forEach' && isKeyed(target)))) {
      return asWritten(claims, method, target as Record<string, ItemCallback>, values);
    }
    const step = stepOf(claims, callback as ItemCallback);
    if (isItems) return METHODS[method]!(target as unknown[], step, rest);
    for (const [key, value] of (target as Map<unknown, unknown>).entries()) {
      await step(rest[0], value, key, target);
    }
    return undefined;
  };
}

async function asWritten(
  claims: Claims,
  method: string,
  target: Record<string, ItemCallback>,
  values: unknown[],
): Promise<unknown> {
  const mark = claims.mark();
  const result = target[method]!.call(target, ...values);
  claims.claim(mark, result, '');
  return result;
}

function stepOf(claims: Claims, callback: ItemCallback): Step {
  return async (self, ...values) => {
    const mark = claims.mark();
    const result = callback.call(self, ...values);
    return { value: claims.claim(mark, result, '') || !isThenable(result) ? await result : result };
  };
}

async function each(
  items: readonly unknown[],
  step: Step,
  self: unknown,
  stop: (result: unknown) => boolean,
): Promise<unknown[]> {
  const results: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    if (!(index in items)) continue;
    results[index] = (await step(self, items[index], index, items)).value;
    if (stop(results[index])) break;
  }
  return results;
}

async function firstIndex(items: readonly unknown[], step: Step, self: unknown): Promise<number> {
  const results = await each(items, step, self, Boolean);
  return results.findIndex(Boolean);
}

async function lastIndex(items: readonly unknown[], step: Step, self: unknown): Promise<number> {
  for (let index = items.length - 1; index >= 0; index--) {
    if ((await step(self, items[index], index, items)).value) return index;
  }
  return -1;
}

async function reduce(
  items: readonly unknown[],
  step: Step,
  rest: unknown[],
  order: number[],
): Promise<unknown> {
  const indices = order.filter((index) => index in items);
  if (rest.length === 0 && indices.length === 0)
    throw new TypeError('Reduce of empty array with no initial value');
  let result = rest.length > 0 ? rest[0] : items[indices.shift()!];
  for (const index of indices) result = (await step(undefined, result, items[index], index, items)).value;
  return result;
}

function isKeyed(target: unknown): target is Map<unknown, unknown> {
  return ['[object Map]', '[object Set]'].includes(Object.prototype.toString.call(target));
}
