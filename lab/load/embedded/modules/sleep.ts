import type { Runtime } from '../script/runtime';

/** Timers may fire this much early without harm; less than what the clock shows between two of its readings. */
const TOLERANCE_MS = 0.01;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Resolves `ms` milliseconds later, never sooner; an interruption of the iteration leaves it unresolved. */
export function sleep(runtime: Runtime, ms: number): Promise<void> {
  if (!(ms > 0)) return Promise.resolve();
  const { host } = runtime.shared;
  const end = host.now() + ms;
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    const operation = { cancel: () => clearTimeout(timer) };
    // A timer counts whole milliseconds from the start of the loop's turn: it may fire too soon, so look again.
    const wait = () => {
      const left = end - host.now();
      if (left > TOLERANCE_MS) timer = setTimeout(wait, Math.min(Math.ceil(left), MAX_TIMER_MS));
      else {
        runtime.finish(operation);
        resolve();
      }
    };
    runtime.start(operation);
    wait();
  });
}
