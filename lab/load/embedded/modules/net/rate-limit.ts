import type { Runtime } from '../../script/runtime';
import { sleep } from '../sleep';

/** The option `rps`: a limit on the requests per second of all VUs together. Like k6, allows no bursts. */
export class RateLimit {
  private readonly intervalMs: number;
  private nextMs = -Infinity;

  /** @param perSecond above 0 */
  constructor(perSecond: number) {
    this.intervalMs = 1000 / perSecond;
  }

  /** Waits until the VU may send a request. If the iteration is interrupted, it never resolves. */
  async turn(runtime: Runtime): Promise<void> {
    const now = runtime.shared.host.now();
    const due = Math.max(now, this.nextMs);
    this.nextMs = due + this.intervalMs;
    await sleep(runtime, due - now);
  }
}
