import { LabError } from '../../../../model/errors';
import type { Runtime } from '../../script/runtime';
import { consoleModule } from '../console';
import { k6Module } from '../k6';

/** A failed expectation of jslib's `expect`. It ends the chain, not the iteration. */
class FunkBrokenChainException extends Error {
  override readonly name = 'FunkBrokenChainException';
  readonly brokenChain = true;
}

type Values = Record<'warn' | 'error', (text: string) => void> & {
  check(name: string, passed: boolean, value: unknown): void;
};

/** A chain of expectations. Each is a check, and the first that fails ends the chain. */
class Chain {
  #value: unknown;
  #name: string | undefined;
  readonly #to: Values;

  constructor(value: unknown, to: Values) {
    this.#value = value;
    this.#to = to;
  }

  as(name: string): this {
    this.#name = name;
    return this;
  }

  and(value: unknown): this {
    this.#value = value;
    this.#name = undefined;
    return this;
  }

  toEqual(expected: unknown): this {
    const value = this.#value;
    const passed = value === expected;
    const named = `${this.#name} is ${String(value)}.${passed ? '' : ` Expected '${String(expected)}'`}`;
    return this.#record(this.#name ? named : `${String(value)} is ${String(expected)}`, passed, expected);
  }

  toBeGreaterThan = (limit: number) => this.#compare(`greater than ${limit}`, (value) => value > limit);
  toBeGreaterThanOrEqual = (limit: number) =>
    this.#compare(`greater or equal to ${limit}`, (value) => value >= limit);
  toBeLessThan = (limit: number) => this.#compare(`less than ${limit}`, (value) => value < limit);
  toBeLessThanOrEqual = (limit: number) =>
    this.#compare(`less or equal to ${limit}`, (value) => value <= limit);
  toBeBetween = (from: number, to: number) =>
    this.#compare(`between ${from} - ${to}`, (value) => value >= from && value <= to);
  toBeTruthy = () => this.#compare('truthy.', Boolean);

  toHaveValidJson(): this {
    const response = this.#value as { json(): unknown; request: { url: string } };
    if (typeof response !== 'object' || response === null || !('request' in response)) {
      this.#to.error(
        `The object passed to expect/and for toHaveValidJson isn't a k6 HttpResponse. Aborting the check.`,
      );
      throw new FunkBrokenChainException('Chain broke, skipping this check');
    }
    let passed = true;
    try {
      response.json();
    } catch {
      passed = false;
    }
    return this.#record(`${response.request.url} has valid json response`, passed, undefined);
  }

  toMatchAPISchema(): never {
    throw new LabError(
      'toMatchAPISchema() is not supported',
      'usage',
      'Check the fields by themselves, or run the script with k6 (--load k6).',
    );
  }

  #compare(what: string, holds: (value: number) => boolean): this {
    const value = this.#value as number;
    return this.#record(`${this.#name || String(value)} is ${what}`, holds(value), value);
  }

  #record(name: string, passed: boolean, value: unknown): this {
    this.#to.check(name, passed, value);
    if (!passed) throw new FunkBrokenChainException('Chain broke, skipping this check');
    return this;
  }
}

/** jslib.k6.io/expect */
export function expectModule(runtime: Runtime) {
  const k6 = k6Module(runtime);
  const { warn, error } = consoleModule((line) => runtime.shared.host.log(line)) as Pick<
    Values,
    'warn' | 'error'
  >;
  const check = (name: string, passed: boolean, value?: unknown) =>
    void k6.check(null, { [name]: passed }, value === undefined ? undefined : { value });
  const expect = (value: unknown) => new Chain(value, { check, warn, error });

  async function describe(name: string, run: (test: { expect: typeof expect }) => unknown): Promise<boolean> {
    let passed = true;
    const attempt = async () => {
      try {
        await runtime.callBack(() => run({ expect })).result;
      } catch (thrown) {
        if (thrown instanceof LabError) throw thrown;
        passed = false;
        if (thrown instanceof FunkBrokenChainException) return;
        error(`Exception raised in test "${name}". Failing the test and continuing. \n${String(thrown)}`);
        check(`Exception raised "${String(thrown)}"`, false);
      }
    };
    await k6.group(name, () => attempt());
    return passed;
  }

  return { describe, FunkBrokenChainException };
}
