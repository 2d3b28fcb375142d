import { setTimeout as sleep } from 'node:timers/promises';

export interface Law {
  /** Service time of a call without any other, in ms. */
  baseLatencyMs: number;
  /** Calls that are worked on at once. Others queue. */
  maxConcurrency: number;
  /** What each further call that is present adds to the service time, as a percentage of the base latency. */
  contentionPercent: number;
}

/** Service time in ms of a call that starts while `present` calls, itself included, are active or queued. */
export function serviceMs(law: Law, present: number): number {
  return law.baseLatencyMs * (1 + (law.contentionPercent / 100) * (present - 1));
}

/**
 * A dependency that thrashes: its concurrency is bounded, and its service time grows with the calls present.
 * Its throughput therefore peaks and then falls, as in the retrograde part of the Universal Scalability Law
 * (Gunther).
 */
export class ContentionQueue {
  active = 0;
  private readonly waiting = new Set<() => void>();

  /** @param pause waits for a time in ms. */
  constructor(
    private readonly law: Law,
    private readonly pause: (ms: number) => Promise<unknown> = sleep,
  ) {}

  /** The most calls that are worked on at once. */
  get slots(): number {
    return this.law.maxConcurrency;
  }

  get queued(): number {
    return this.waiting.size;
  }

  /**
   * Waits for a free slot, then works.
   * @param abandoned aborts when nobody waits for the call any more. It then leaves the queue; if it is being
   * worked on, it is finished.
   * @returns the service time in ms, without the wait; undefined when the call was abandoned in the queue.
   */
  async work(abandoned?: AbortSignal): Promise<number | undefined> {
    if (this.active < this.law.maxConcurrency) this.active++;
    else if (!(await this.slot(abandoned))) return undefined;
    const ms = serviceMs(this.law, this.active + this.queued);
    try {
      await this.pause(ms);
      return ms;
    } finally {
      this.passOn();
    }
  }

  /** Resolves to true with a slot that another call passed on, or to false when the caller gave up. */
  private slot(abandoned?: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const take = () => resolve(true);
      this.waiting.add(take);
      abandoned?.addEventListener('abort', () => resolve(!this.waiting.delete(take)), { once: true });
    });
  }

  /** The slot goes to the call that waits longest, and is not free in between. */
  private passOn(): void {
    const [next] = this.waiting;
    if (!next) {
      this.active--;
      return;
    }
    this.waiting.delete(next);
    next();
  }
}
