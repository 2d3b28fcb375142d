import type { VU } from '../vu';
import { Fifo } from './fifo';

/** All VUs of a test. Ids are unique and count up from 1. A returned VU can serve the next scenario. */
export class VUPool {
  private readonly create: (id: number) => VU;
  private readonly idle = new Fifo<PooledVU>();
  private readonly all: PooledVU[] = [];

  constructor(create: (id: number) => VU) {
    this.create = create;
  }

  get size(): number {
    return this.all.length;
  }

  /** Creates VUs until there are `count`. */
  prepare(count: number): void {
    while (this.all.length < count) this.idle.push(this.make());
  }

  /** Returns an idle VU, or a new one. */
  take(): PooledVU {
    return this.idle.shift() ?? this.make();
  }

  giveBack(vu: PooledVU): void {
    this.idle.push(vu);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ vu }) => vu.close()));
  }

  private make(): PooledVU {
    const pooled = { vu: this.create(this.all.length + 1), iterations: 0 };
    this.all.push(pooled);
    return pooled;
  }
}

export interface PooledVU {
  readonly vu: VU;
  /** Number of iterations that this VU has started in the whole test. */
  iterations: number;
}
