import type { Runtime } from '../script/runtime';
import { GoError } from './go-error';

/** k6/data: read-only arrays that all VUs share. The first VU's function creates them. */
export function dataModule(runtime: Runtime) {
  const { arrays } = runtime.shared;
  function SharedArray(name: string, make: () => unknown[]): readonly unknown[] {
    if (runtime.phase !== 'init') throw new GoError('new SharedArray must be called in the init context');
    if (!name) throw new GoError("empty name provided to SharedArray's constructor");
    const known = arrays.get(name);
    if (known) return known;
    const made: unknown = make();
    if (!Array.isArray(made)) throw new GoError('only arrays can be made into SharedArray');
    const shared = deepFreeze(JSON.parse(JSON.stringify(made)) as unknown[]);
    arrays.set(name, shared);
    return shared;
  }
  return { SharedArray };
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
