import { build, type Histogram, type JsHistogram } from 'hdr-histogram-js';
import { inflate as untypedInflate } from 'hdr-histogram-js/dist/JsHistogram.encoding';
import { DURATIONS } from '../model/durations';
import type { RequestsEvent } from '../model/events';

/** A duration in µs, rounded down to the histogram's precision, and how often it occurs. */
export type Occurring = [micros: number, count: number];

/** The fields of RequestsEvent that hold durations. */
export type Since = 'duration' | 'fromSchedule';

/** That of the library, which is zlib's. */
const inflate = untypedInflate as (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

/** Cookies of the format HdrHistogram V2, packed and unpacked. */
const PACKED = 0x1c849314;
const UNPACKED = 0x1c849313;
const HEADER_BYTES = 40;
const LONGEST_WORD_BYTES = 9;

/** Holds no values. It converts between positions and values. */
const SCALE = build({ ...DURATIONS, bitBucketSize: 8, useWebAssembly: false }) as JsHistogram;
const MOST_BYTES = HEADER_BYTES + SCALE.countsArrayLength * LONGEST_WORD_BYTES;

/** The smallest upper bound that the library accepts. */
const LEAST_TRACKABLE = 2;

/** Durations of an hour of hard load. They take less than 100 MB. */
const MOST_KEPT = 1_000_000;

/**
 * The few values that a histogram holds, out of thousands of possible ones. Its size is checked before it is
 * unpacked: the library would allocate whatever the text asks for.
 * @throws Error that says what is wrong with the text.
 */
export function decodeDurations(text: string): Occurring[] {
  const packed = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  expect(packed.length >= 8, 'it is too short');
  const outer = new DataView(packed.buffer);
  expect(outer.getInt32(0) === PACKED, 'it is not in the format HdrHistogram V2');
  const bytes = inflate(packed.subarray(8, 8 + outer.getInt32(4)), { maxOutputLength: MOST_BYTES });
  expect(bytes.length >= HEADER_BYTES, 'it has no header');
  const header = new DataView(bytes.buffer, bytes.byteOffset);
  expect(header.getInt32(0) === UNPACKED, 'it is not in the format HdrHistogram V2');
  expect(header.getInt32(4) === bytes.length - HEADER_BYTES, 'its length is wrong');
  expect(
    header.getInt32(12) === DURATIONS.numberOfSignificantValueDigits &&
      header.getBigInt64(16) === BigInt(DURATIONS.lowestDiscernibleValue),
    'it does not have the precision of durations',
  );
  return occurringIn(bytes.subarray(HEADER_BYTES));
}

/** Reads the counts. A negative number stands for that many counts of zero. */
function occurringIn(counts: Uint8Array): Occurring[] {
  const occurring: Occurring[] = [];
  let position = 0;
  for (let at = 0; at < counts.length;) {
    const [word, next] = wordAt(counts, at);
    if (word > 0) occurring.push([SCALE.valueFromIndex(position), word]);
    position += word < 0 ? -word : 1;
    expect(position <= SCALE.countsArrayLength, 'it holds values beyond its range');
    at = next;
  }
  return occurring;
}

/** A number in the encoding ZigZag LEB128, and where the next one begins. */
function wordAt(bytes: Uint8Array, begin: number): [word: number, next: number] {
  let value = 0;
  let at = begin;
  for (let unit = 1; ; unit *= 128) {
    const byte = bytes[at++];
    expect(byte !== undefined && Number.isSafeInteger(value + 128 * unit), 'one of its counts is cut off');
    value += (byte! & 0x7f) * unit;
    if (byte! < 0x80) break;
  }
  return [value % 2 === 0 ? value / 2 : -(value + 1) / 2, at];
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

/** The durations of recorded requests. Keeps what it decodes, up to a bound, because it is used again. */
export class Durations {
  private readonly kept = {
    duration: new WeakMap<RequestsEvent, Occurring[]>(),
    fromSchedule: new WeakMap<RequestsEvent, Occurring[]>(),
  };
  private left = MOST_KEPT;

  /** `fromSchedule`: the same as `duration` if there was no schedule. */
  of(event: RequestsEvent, since: Since): Occurring[] {
    const text = event[since];
    if (text === undefined) return this.of(event, 'duration');
    const known = this.kept[since].get(event);
    if (known) return known;
    const decoded = decodeDurations(text);
    if (decoded.length <= this.left) {
      this.left -= decoded.length;
      this.kept[since].set(event, decoded);
    }
    return decoded;
  }

  /**
   * One histogram (µs) of all given requests. It adds up one event at a time, because a window may have so many
   * that their durations together would not fit into memory.
   */
  merged(events: RequestsEvent[], since: Since): Histogram {
    const sum = build({
      bitBucketSize: 64,
      // It grows as the values need it: with room for hours, creating and clearing it would be most of the work.
      highestTrackableValue: LEAST_TRACKABLE,
      numberOfSignificantValueDigits: DURATIONS.numberOfSignificantValueDigits,
    });
    sum.autoResize = true;
    for (const event of events)
      for (const [micros, count] of this.of(event, since)) sum.recordValueWithCount(micros, count);
    return sum;
  }
}
