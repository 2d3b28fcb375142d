import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { BrokenCircuitError } from 'cockatiel';
import fc from 'fast-check';
import { admission } from '../../service/defences/admission';
import { bulkheadDefence } from '../../service/defences/bulkhead';
import { concurrently } from '../../service/defences/concurrency-limit';
import { pageOf } from '../../service/defences/page';
import { resultCache } from '../../service/defences/result-cache';
import { retryDefence } from '../../service/defences/retry';
import { streamThrough } from '../../service/defences/streaming';

/** Work that ends on demand. */
function controlled() {
  const endings: (() => void)[] = [];
  const work = () => new Promise<void>((resolve) => endings.push(resolve));
  return { work, endings };
}

describe('concurrency limit', () => {
  test('runs every task once, never exceeds the limit, and returns results in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (count, limit) => {
          let running = 0;
          let started = 0;
          const results = await concurrently(count, limit, async () => {
            expect(++running).toBeLessThanOrEqual(limit);
            const index = started++;
            await new Promise(setImmediate);
            running--;
            return index;
          });
          expect(results).toEqual(Array.from({ length: count }, (_, index) => index));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('starts no more tasks after a failure, and reports that failure', async () => {
    let started = 0;
    const task = async () => {
      if (++started === 3) throw new Error('third');
      await sleep(1);
    };
    await expect(concurrently(50, 2, task)).rejects.toThrow('third');
    await sleep(20);
    expect(started).toBeLessThanOrEqual(4);
  });
});

describe('admission', () => {
  test('rejects the excess at once with Retry-After, and admits again when there is room', async () => {
    const admit = admission(2, 'admission');
    const { work, endings } = controlled();
    const admitted = [admit(work), admit(work)];
    await expect(admit(work)).rejects.toMatchObject({
      status: 503,
      reason: 'admission',
      headers: { 'Retry-After': '1' },
    });
    endings.forEach((end) => end());
    await Promise.all(admitted);
    await expect(admit(async () => 'in')).resolves.toBe('in');
  });

  test('frees the place when the work fails, and passes on its error', async () => {
    const admit = admission(1, 'admission');
    await expect(admit(() => Promise.reject(new Error('own')))).rejects.toThrow('own');
    await expect(admit(async () => 'in')).resolves.toBe('in');
  });
});

describe('bulkhead', () => {
  test('the calls of admitted requests never exceed the limit, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (max) => {
        const { admit, concurrency } = bulkheadDefence(max, 5);
        const { work } = controlled();
        let admitted = 0;
        for (let i = 0; i < 30; i++) {
          admit(() => {
            admitted++;
            return work();
          }).catch(() => undefined);
        }
        expect(admitted).toBeGreaterThanOrEqual(1);
        expect(admitted * concurrency).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('a limit of 0 leaves each request its full fan-out', () => {
    expect(bulkheadDefence(0, 5).concurrency).toBe(5);
  });
});

describe('result cache', () => {
  test('behaves like a list of the most recently used keys', async () => {
    const steps = fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (entries, keys) => {
        const cache = resultCache<number>(entries);
        let recent: number[] = [];
        for (const key of keys) {
          let computed = false;
          await cache(String(key), async () => {
            computed = true;
            return key;
          });
          expect(computed).toBe(!recent.includes(key));
          recent = [key, ...recent.filter((other) => other !== key)].slice(0, entries);
        }
      }),
    );
  });

  test('shares a computation with requests that arrive during it', async () => {
    const cache = resultCache<string>(1);
    const { work, endings } = controlled();
    const both = [cache('key', async () => (await work(), 'once')), cache('key', async () => 'twice')];
    endings.forEach((end) => end());
    expect(await Promise.all(both)).toEqual(['once', 'once']);
  });

  test('does not keep a failure', async () => {
    const cache = resultCache<string>(1);
    await expect(cache('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache('key', async () => 'yes')).toBe('yes');
  });
});

describe('streaming', () => {
  test('produces all bytes and lets other work run between the chunks', async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const checksum = await streamThrough(20 * 2 ** 20);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(1);
    expect(checksum).toBeGreaterThan(0);
    expect(await streamThrough(1)).toBe(crc32(Buffer.from([1])));
  });
});

describe('retries', () => {
  const failing = (failures: number) => {
    let calls = 0;
    return async () => {
      if (++calls <= failures) throw new Error(`failure ${calls}`);
      return calls;
    };
  };

  test('repeat a failed call up to the limit, and count each repetition', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 8 }),
        async (retries, failures) => {
          let counted = 0;
          const answer = retryDefence(retries, 0, () => counted++).execute(failing(failures));
          if (failures <= retries) await expect(answer).resolves.toBe(failures + 1);
          else await expect(answer).rejects.toThrow(`failure ${retries + 1}`);
          expect(counted).toBe(Math.min(retries, failures));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('wait before each attempt only if a backoff is set', async () => {
    const timed = async (backoffMs: number) => {
      const start = performance.now();
      await retryDefence(2, backoffMs, () => undefined).execute(failing(2));
      return performance.now() - start;
    };
    expect(await timed(200)).toBeGreaterThan(await timed(0));
  });

  test('do not repeat a call that an open breaker refused', async () => {
    let attempts = 0;
    const refused = retryDefence(5, 0, () => undefined).execute(() => {
      attempts++;
      throw new BrokenCircuitError();
    });
    await expect(refused).rejects.toThrow(BrokenCircuitError);
    expect(attempts).toBe(1);
  });
});

describe('a page', () => {
  test('never exceeds its limit, and gives the start of the next page exactly if there is one', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 28), fc.integer({ min: 0, max: 200 }), (bytes, mebibytes) => {
        const page = pageOf(bytes, mebibytes);
        if (mebibytes > 0) expect(page.bytes).toBeLessThanOrEqual(mebibytes * 2 ** 20);
        expect(page.nextByte ?? page.bytes).toBe(page.bytes);
        expect('nextByte' in page).toBe(page.bytes < bytes);
      }),
    );
  });
});
