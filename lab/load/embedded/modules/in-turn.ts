/** Whether a function of the script has returned a promise, also one of another realm. */
export function isThenable(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
}

/**
 * Runs `step(0)` to `step(count - 1)` one after another. Returns a promise only if a step does, so that steps
 * that do not block run at once.
 */
export function inTurn(count: number, step: (index: number) => unknown, from = 0): void | Promise<void> {
  for (let index = from; index < count; index++) {
    const result = step(index);
    if (isThenable(result)) return result.then(() => inTurn(count, step, index + 1));
  }
}
