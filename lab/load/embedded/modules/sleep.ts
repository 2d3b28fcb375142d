import type { Runtime } from '../script/runtime';

/** How early a timer may fire without harm. Less than the clock advances between two readings. */
const TOLERANCE_MS = 0.01;
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Resolves `ms` milliseconds later, never sooner. As in k6, an interruption ends the sleep, and the script runs on to
 * its next blocking call, so `finally` can clean up.
 */
export function sleep(runtime: Runtime, ms: number): Promise<void> {
  if (!(ms > 0)) return Promise.resolve();
  const { host } = runtime.shared;
  const end = host.now() + ms;
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout;
    const cancel = () => {
      clearTimeout(timer);
      resolve();
    };
    const operation = { cancel };
    // A timer counts whole milliseconds from the start of the event loop's turn. It may fire too early: check
    // again.
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
