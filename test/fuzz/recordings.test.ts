import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { LabError } from '../../lab/model/errors';
import { FORMATS, render } from '../../lab/report/formats';
import { judgeRun } from '../../lab/run/judge-run';
import { runs, TIMEOUT_MS } from './effort';

jest.setTimeout(TIMEOUT_MS);

const CORPUS = join(__dirname, 'corpus', 'recordings');
/** Parts of a real recording: its beginning, some load and its end. */
const WHOLE = readFileSync(
  resolve(__dirname, '../../loadtests/cpu-stress/recordings/held/default.jsonl'),
  'utf8',
);
const lines = WHOLE.trimEnd().split('\n');
const SAMPLE = [...lines.slice(0, 260), ...lines.slice(-30)];

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-fuzz-'));
  file = join(folder, 'default.jsonl');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Judges a recording and renders every format. @returns the error for the user, or undefined. */
function judgedArm(content: string | Buffer): LabError | undefined {
  writeFileSync(file, content);
  try {
    const report = judgeRun(folder);
    for (const format of FORMATS) render(format, [report]);
    return undefined;
  } catch (error) {
    if (error instanceof LabError && error.kind === 'usage') return error;
    throw error;
  } finally {
    expect(readFileSync(file).equals(Buffer.from(content))).toBe(true);
  }
}

const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1e300, NaN, '', 'x', '\u001b[2J', [], {}, [[]], { length: 9 }),
  fc.anything({ withNullPrototype: false }),
);

/** The event with the value at one of its paths replaced or removed. */
function damaged(line: string, at: number, value: unknown): string {
  const event = JSON.parse(line) as Record<string, unknown>;
  const places = placesIn(event);
  const [holder, key] = places[at % places.length]!;
  if (value === undefined) delete (holder as Record<string, unknown>)[key];
  else (holder as Record<string, unknown>)[key] = value;
  return JSON.stringify(event);
}

function placesIn(value: unknown): [holder: object, key: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [value, key] as [object, string],
    ...placesIn(inner),
  ]);
}

describe('a damaged recording', () => {
  it.each(readdirSync(CORPUS))('from the corpus, %s, is judged or refused', (name) => {
    judgedArm(readFileSync(join(CORPUS, name)));
  });

  it('cut off anywhere is judged, or refused if its first line is incomplete', () => {
    const text = SAMPLE.join('\n');
    const first = SAMPLE[0]!.length;
    fc.assert(
      fc.property(fc.nat(text.length), (length) => {
        const error = judgedArm(text.slice(0, length));
        if (length >= first) expect(error).toBeUndefined();
        else expect(error?.message).toMatch(/default\.jsonl:1 is not/);
      }),
      runs(40),
    );
  });

  it('with flipped bytes is judged, or refused by file and line', () => {
    const bytes = Buffer.from(SAMPLE.join('\n'));
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(flips, (all) => {
        const copy = Buffer.from(bytes);
        for (const [at, mask] of all) copy[at] = copy[at]! ^ mask;
        judgedArm(copy);
      }),
      runs(60),
    );
  });

  it('with lost, duplicated or reordered lines is judged or refused', () => {
    const picks = fc.array(fc.nat(SAMPLE.length - 1), { maxLength: 60 });
    fc.assert(
      fc.property(picks, fc.boolean(), (all, keepsFirst) => {
        judgedArm([...(keepsFirst ? [SAMPLE[0]!] : []), ...all.map((at) => SAMPLE[at]!)].join('\n'));
      }),
      runs(60),
    );
  });

  it('with two lines exchanged is refused by line, or judged as before', () => {
    writeFileSync(file, SAMPLE.join('\n'));
    const { verdict } = judgeRun(folder);
    const place = fc.integer({ min: 1, max: SAMPLE.length - 1 });
    fc.assert(
      fc.property(place, fc.oneof(place, fc.constant(undefined)), (one, other) => {
        const two = other ?? Math.min(one + 1, SAMPLE.length - 1);
        const copy = [...SAMPLE];
        [copy[one], copy[two]] = [SAMPLE[two]!, SAMPLE[one]!];
        const error = judgedArm(copy.join('\n'));
        if (error) expect(error.message).toMatch(/default\.jsonl:\d+ is out of order or there twice/);
        else expect(judgeRun(folder).verdict).toEqual(verdict);
      }),
      runs(60),
    );
  });

  it('with a line twice is refused by that line, unless it is a log line or a failed probe', () => {
    fc.assert(
      fc.property(fc.nat(SAMPLE.length - 1), (at) => {
        const error = judgedArm([...SAMPLE.slice(0, at + 1), ...SAMPLE.slice(at)].join('\n'));
        if (/^\{"type":"log"|"reason":"Unhealthy"/.test(SAMPLE[at]!)) expect(error).toBeUndefined();
        else expect(error?.message).toContain(`default.jsonl:${at + 2} is out of order or there twice`);
      }),
      runs(60),
    );
  });

  it('with any value replaced or removed is judged or refused', () => {
    const damages = fc.array(
      fc.tuple(
        fc.oneof(fc.constant(0), fc.nat(SAMPLE.length - 1)),
        fc.nat(200),
        fc.option(hostile, { nil: undefined }),
      ),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(damages, (all) => {
        const copy = [...SAMPLE];
        for (const [line, at, value] of all) copy[line] = damaged(copy[line]!, at, value);
        judgedArm(copy.join('\n'));
      }),
      runs(300),
    );
  });

  it('of a newer version is refused with a message and stays unchanged', () => {
    const [first, ...others] = SAMPLE;
    const newer = [JSON.stringify({ ...JSON.parse(first!), format: 2 }), ...others].join('\n');
    expect(judgedArm(newer)?.message).toMatch(/format 2; this version reads format 1/);
  });

  it('with events of an unknown kind is judged without them', () => {
    const strange = JSON.stringify({ type: 'from-the-future', t: 5, of: { any: 'shape' } });
    expect(judgedArm([...SAMPLE.slice(0, 100), strange, ...SAMPLE.slice(100)].join('\n'))).toBeUndefined();
  });
});
