import type { ExecutorClock as LoadClock } from '../../lab/load/embedded/executors/clock';
import type { Clock as SessionClock } from '../../lab/support/clock';

/** A clock that jumps from one callback to the next as soon as all effects of the last one have settled. */
export class VirtualClock implements LoadClock, SessionClock {
  #now = 0;
  #queue: { ms: number; callback: () => void }[] = [];

  now = () => this.#now;

  at(ms: number, callback: () => void): () => void {
    const entry = { ms: Math.max(ms, this.#now), callback };
    const index = this.#queue.findIndex((other) => other.ms > entry.ms);
    this.#queue.splice(index === -1 ? this.#queue.length : index, 0, entry);
    return () => (this.#queue = this.#queue.filter((other) => other !== entry));
  }

  sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const cancel = this.at(this.#now + ms, resolve);
      const wake = (): void => (cancel(), resolve());
      if (signal.aborted) wake();
      else signal.addEventListener('abort', wake);
    });

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Runs all callbacks in the order of their times. The code under test must end eventually. */
  async runAll(): Promise<void> {
    await this.#settle();
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      this.#now = next.ms;
      next.callback();
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    for (let i = 0; i < 3; i++) await this.turn();
  }
}
