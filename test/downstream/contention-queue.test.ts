import fc from 'fast-check';
import { ContentionQueue, serviceMs, type Law } from '../../downstream/contention-queue';

const law: Law = { baseLatencyMs: 50, maxConcurrency: 10, contentionPercent: 3 };

/** A clock that advances only on demand. */
class VirtualTime {
  now = 0;
  private timers: { at: number; resolve: () => void }[] = [];

  readonly pause = (ms: number) =>
    new Promise<void>((resolve) => this.timers.push({ at: this.now + ms, resolve }));

  /** Runs until no timer is left. */
  async runOut(): Promise<void> {
    for (;;) {
      await settle();
      const [next] = this.timers.sort((a, b) => a.at - b.at);
      if (!next) return;
      this.timers.shift();
      this.now = next.at;
      next.resolve();
    }
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('the latency law', () => {
  test('a single call takes the base latency', () => {
    expect(serviceMs(law, 1)).toBe(50);
  });

  test('each further concurrent call adds its percentage of the base latency', () => {
    expect(serviceMs(law, 10)).toBeCloseTo(50 * 1.27);
    expect(serviceMs(law, 50)).toBeCloseTo(50 * 2.47);
  });

  test('throughput falls when more calls are present than are processed at once', async () => {
    const throughput = async (present: number) => {
      const time = new VirtualTime();
      const queue = new ContentionQueue(law, time.pause);
      let completed = 0;
      const client = async () => {
        while (time.now < 10_000) {
          await queue.work();
          completed++;
        }
      };
      for (let i = 0; i < present; i++) void client();
      await time.runOut();
      return completed / (time.now / 1000);
    };
    const [few, full, crowded] = [await throughput(2), await throughput(10), await throughput(50)];
    expect(few).toBeLessThan(full);
    expect(full).toBeCloseTo(10 / 0.0635, -1);
    expect(crowded).toBeLessThan(0.6 * full);
  });
});

describe('the queue', () => {
  test('processes at most maxConcurrency calls at once, and every call in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 40 }),
        async (max, calls) => {
          const time = new VirtualTime();
          const queue = new ContentionQueue({ ...law, maxConcurrency: max }, (ms) => {
            expect(queue.active).toBeLessThanOrEqual(max);
            return time.pause(ms);
          });
          const work = Array.from({ length: calls }, () => queue.work());
          expect(queue.active + queue.queued).toBe(calls);
          await time.runOut();
          expect((await Promise.all(work)).every((ms) => ms !== undefined)).toBe(true);
          expect([queue.active, queue.queued]).toEqual([0, 0]);
        },
      ),
    );
  });

  test('processes waiting calls in the order of arrival', async () => {
    const time = new VirtualTime();
    const queue = new ContentionQueue({ ...law, maxConcurrency: 1 }, time.pause);
    const order: number[] = [];
    for (let i = 0; i < 5; i++) void queue.work().then(() => order.push(i));
    await time.runOut();
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  test('counts the concurrent calls when a call starts, not when it arrives', async () => {
    const time = new VirtualTime();
    const queue = new ContentionQueue({ ...law, maxConcurrency: 1 }, time.pause);
    const work = [queue.work(), queue.work(), queue.work()];
    await time.runOut();
    expect(await Promise.all(work)).toEqual([1, 2, 1].map((present) => serviceMs(law, present)));
  });

  test('drops a queued call whose caller left, and finishes a call that is already in progress', async () => {
    const time = new VirtualTime();
    const queue = new ContentionQueue({ ...law, maxConcurrency: 1 }, time.pause);
    const [first, second] = [new AbortController(), new AbortController()];
    const work = [queue.work(first.signal), queue.work(second.signal)];
    second.abort();
    first.abort();
    expect(queue.queued).toBe(0);
    await time.runOut();
    expect(await Promise.all(work)).toEqual([50, undefined]);
    expect(queue.active).toBe(0);
  });
});
