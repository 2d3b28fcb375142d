type ItemCallback = (...values: unknown[]) => unknown;
type Method = (items: readonly unknown[], callback: ItemCallback, rest: unknown[]) => Promise<unknown>;

/** Array methods with callbacks that may block. The calls run one after another, and each is awaited. */
const METHODS: Record<string, Method> = {
  forEach: async (items, callback, [self]) => {
    await each(items, callback, self, () => false);
  },
  map: (items, callback, [self]) => each(items, callback, self, () => false),
  filter: async (items, callback, [self]) => {
    const keep = await each(items, callback, self, () => false);
    return items.filter((_, index) => keep[index]);
  },
  flatMap: async (items, callback, [self]) => (await each(items, callback, self, () => false)).flat(),
  some: async (items, callback, [self]) => (await each(items, callback, self, Boolean)).some(Boolean),
  every: async (items, callback, [self]) =>
    (await each(items, callback, self, (value) => !value)).every(Boolean),
  find: async (items, callback, [self]) => items[await firstIndex(items, callback, self)],
  findIndex: (items, callback, [self]) => firstIndex(items, callback, self),
  findLast: async (items, callback, [self]) => items[await lastIndex(items, callback, self)],
  findLastIndex: (items, callback, [self]) => lastIndex(items, callback, self),
  reduce: (items, callback, rest) => reduce(items, callback, rest, [...items.keys()]),
  reduceRight: (items, callback, rest) => reduce(items, callback, rest, [...items.keys()].reverse()),
  from: async (items, callback, [self]) => METHODS.map!(Array.from(items), callback, [self]),
};

/**
 * Replaces `target.method(...values)` if the callback may block.
 * Maps and sets have their own forEach. Any other target's method is called as written.
 */
export async function sequentially(
  method: string,
  target: unknown,
  values: [ItemCallback, ...unknown[]],
): Promise<unknown> {
  const [callback, ...rest] = values;
  if (Array.isArray(target) || method === 'from')
    return METHODS[method]!(target as unknown[], callback, rest);
  if (method === 'forEach' && isKeyed(target)) {
    for (const [key, value] of target.entries()) await callback.call(rest[0], value, key, target);
    return undefined;
  }
  const object = target as Record<string, ItemCallback>;
  return object[method]!.call(object, ...values);
}

async function each(
  items: readonly unknown[],
  callback: ItemCallback,
  self: unknown,
  stop: (result: unknown) => boolean,
): Promise<unknown[]> {
  const results: unknown[] = [];
  for (let index = 0; index < items.length; index++) {
    if (!(index in items)) continue;
    results[index] = await callback.call(self, items[index], index, items);
    if (stop(results[index])) break;
  }
  return results;
}

async function firstIndex(items: readonly unknown[], callback: ItemCallback, self: unknown): Promise<number> {
  const results = await each(items, callback, self, Boolean);
  return results.findIndex(Boolean);
}

async function lastIndex(items: readonly unknown[], callback: ItemCallback, self: unknown): Promise<number> {
  for (let index = items.length - 1; index >= 0; index--) {
    if (await callback.call(self, items[index], index, items)) return index;
  }
  return -1;
}

async function reduce(
  items: readonly unknown[],
  callback: ItemCallback,
  rest: unknown[],
  order: number[],
): Promise<unknown> {
  const indices = order.filter((index) => index in items);
  if (rest.length === 0 && indices.length === 0)
    throw new TypeError('Reduce of empty array with no initial value');
  let result = rest.length > 0 ? rest[0] : items[indices.shift()!];
  for (const index of indices) result = await callback(result, items[index], index, items);
  return result;
}

function isKeyed(target: unknown): target is Map<unknown, unknown> {
  return ['[object Map]', '[object Set]'].includes(Object.prototype.toString.call(target));
}
