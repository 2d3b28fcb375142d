import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { createHistogram } from '../../lab/load/requests';
import type { RequestsEvent } from '../../lab/model/events';
import { decodeDurations, Durations } from '../../lab/recording/durations';

const HEADER = { length: 0, index: 1, digits: 3, lowest: 1n, highest: 600_000_000n };

/** A histogram in the recorded format, with a header and counts that need not fit. */
function packed(counts: Buffer, header: Partial<typeof HEADER> = {}): string {
  const { length, index, digits, lowest, highest } = { ...HEADER, length: counts.length, ...header };
  const head = Buffer.alloc(40);
  [0x1c849313, length, index, digits].forEach((value, at) => head.writeInt32BE(value, at * 4));
  [lowest, highest, 1n].forEach((value, at) => head.writeBigInt64BE(value, 16 + at * 8));
  const body = deflateSync(Buffer.concat([head, counts]));
  const cookie = Buffer.alloc(8);
  cookie.writeInt32BE(0x1c849314, 0);
  cookie.writeInt32BE(body.length, 4);
  return Buffer.concat([cookie, body]).toString('base64');
}

const requests = (t: number, duration: string): RequestsEvent => ({
  type: 'requests',
  t,
  scenario: 'load',
  name: '/',
  outcome: 'ok',
  status: 200,
  count: 1,
  duration,
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Heap and buffers, bytes. */
function memory(): number {
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + arrayBuffers + external;
}

describe('recorded durations', () => {
  it('are decoded as the library decodes them', () => {
    const micros = fc.array(fc.nat(600_000_000), { maxLength: 40 });
    fc.assert(
      fc.property(micros, (values) => {
        const histogram = createHistogram();
        values.forEach((value) => histogram.recordValue(value));
        const text = encodeIntoCompressedBase64(histogram);
        const decoded = decodeDurations(text);
        expect(decoded.reduce((sum, [, count]) => sum + count, 0)).toBe(values.length);
        const merged = new Durations().merged([requests(1, text)], 'fromSchedule');
        for (const percentile of [0, 10, 50, 95, 100]) {
          expect(merged.getValueAtPercentile(percentile)).toBe(histogram.getValueAtPercentile(percentile));
        }
      }),
    );
  });

  it.each([
    ['that are no base64 of a histogram', 'AAAAAAAAAAAAAAAA', 'not in the format HdrHistogram V2'],
    ['that unpack to gigabytes', packed(Buffer.alloc(50_000_000, 2)), 'Cannot create a Buffer larger than'],
    ['of five digits', packed(Buffer.from([2]), { digits: 5 }), 'the precision of durations'],
    ['whose length is wrong', packed(Buffer.from([2]), { length: 2 ** 30 }), 'its length is wrong'],
    // The library would count through these zeros one by one, for years.
    ['with more zeros than places', packed(Buffer.from([255, 255, 255, 255, 255, 127])), 'beyond its range'],
    ['with a count that is cut off', packed(Buffer.from([255])), 'one of its counts is cut off'],
  ])('%s are refused before they take memory', (_, text, why) => {
    const before = memory();
    expect(() => decodeDurations(text)).toThrow(why);
    expect(memory() - before).toBeLessThan(20_000_000);
  });

  it('take the memory of their values, whatever range they claim', () => {
    const before = memory();
    expect(decodeDurations(packed(Buffer.from([2]), { highest: 2n ** 52n }))).toEqual([[0, 1]]);
    expect(memory() - before).toBeLessThan(10_000_000);
  });

  it('are kept for the next use, but only as many as the memory has room for', () => {
    const text = packed(Buffer.alloc(20_000, 2));
    const durations = new Durations();
    const events = Array.from({ length: 60 }, (_, index) => requests(index, text));
    const isKept = (event: RequestsEvent) =>
      durations.of(event, 'duration') === durations.of(event, 'duration');
    expect(events.map(isKept).filter(Boolean)).toHaveLength(50);
    expect(durations.of(events.at(-1)!, 'duration')).toHaveLength(20_000);
  });

  it('are merged one event at a time, so that many events take the memory of a few', async () => {
    const text = packed(Buffer.alloc(20_000, 2));
    const used = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    // What earlier tests hold weakly is collected only after the present task.
    used();
    await setImmediate();
    const before = used();
    let grown = 0;
    const events = Array.from({ length: 120 }, (_, index) => requests(index, text));
    Object.defineProperty(events.at(-1)!, 'duration', { get: () => ((grown = used() - before), text) });
    expect(new Durations().merged(events, 'duration').totalCount).toBe(120 * 20_000);
    expect(grown).toBeGreaterThan(0);
    expect(grown).toBeLessThan(130_000_000);
  });

  it('are merged to the percentiles of all requests', () => {
    const [first, second] = [createHistogram(), createHistogram()];
    const both = build({ numberOfSignificantValueDigits: 3, highestTrackableValue: 600_000_000 });
    for (let value = 1; value < 2_000_000; value = Math.round(value * 1.3) + 1) {
      (value % 2 === 0 ? first : second).recordValue(value);
      both.recordValue(value);
    }
    const events = [first, second].map((histogram, index) =>
      requests(index, encodeIntoCompressedBase64(histogram)),
    );
    const merged = new Durations().merged(events, 'duration');
    for (const percentile of [1, 50, 99, 100]) {
      expect(merged.getValueAtPercentile(percentile)).toBe(both.getValueAtPercentile(percentile));
    }
  });
});
