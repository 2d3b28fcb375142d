import type { Runtime } from '../script/runtime';
import { GoError } from './go-error';

type TimerCallback = (...values: unknown[]) => unknown;

/**
 * k6/timers, which are also globals. The iteration lasts until its timers have fired. An interruption clears
 * them. A blocking callback waits its turn like any other blocking call of the VU.
 */
export function timersModule(runtime: Runtime) {
  const timers = new Map<number, () => void>();
  let last = 0;

  function start(callback: TimerCallback, delayMs: number, values: unknown[], repeats: boolean): number {
    if (runtime.phase === 'init') throw new GoError('timers cannot be started in the init context');
    const id = ++last;
    const done = runtime.task();
    let timer: NodeJS.Timeout;
    const operation = { cancel: () => clearTimeout(timer) };
    const stop = () => {
      if (!timers.delete(id)) return;
      clearTimeout(timer);
      runtime.finish(operation);
      done();
    };
    const fire = async () => {
      try {
        await runtime.callBack(() => callback(...values)).result;
      } catch (error) {
        void runtime.fatal(runtime.causeOf(error));
      }
      if (repeats && timers.has(id)) arm();
      else stop();
    };
    const arm = () => {
      timer = setTimeout(() => void fire(), delayMs);
    };
    timers.set(id, stop);
    runtime.start(operation);
    arm();
    return id;
  }

  const clear = (id: number) => timers.get(id)?.();
  return {
    setTimeout: (callback: TimerCallback, delay = 0, ...values: unknown[]) =>
      start(callback, delay, values, false),
    setInterval: (callback: TimerCallback, delay = 0, ...values: unknown[]) =>
      start(callback, delay, values, true),
    clearTimeout: clear,
    clearInterval: clear,
  };
}
