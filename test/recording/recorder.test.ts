import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LabError } from '../../lab/model/errors';
import type { TelemetryEvent } from '../../lab/model/events';
import { isRecording, readRecording, readRun, Recorder, recordingName } from '../../lab/recording/recorder';
import { RUN_EVENT } from '../support/run-event';

const EVENTS: TelemetryEvent[] = [
  RUN_EVENT,
  { type: 'phase', t: 5, name: 'load' },
  { type: 'end', t: 9, reason: 'completed' },
];

describe('a recording', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'recording-'));
    path = join(folder, 'deep', 'run.jsonl');
    const recorder = new Recorder(path);
    EVENTS.forEach(recorder.write);
    expect(recorder.close()).toBeUndefined();
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads back as it was written', () => {
    expect(readRecording(path)).toEqual(EVENTS);
  });

  it('compressed with gzip is read like any other, and up to the cut if it was cut off', () => {
    const packed = `${path}.gz`;
    const bytes = gzipSync(readFileSync(path));
    writeFileSync(packed, bytes);
    expect(isRecording(packed)).toBe(true);
    expect(recordingName(packed)).toBe('run');
    expect(readRecording(packed)).toEqual(EVENTS);
    expect(readRun(packed)).toEqual(RUN_EVENT);
    // The last 8 bytes are the checksum and the length.
    writeFileSync(packed, bytes.subarray(0, bytes.length - 8));
    expect(readRecording(packed)).toEqual(EVENTS);
    writeFileSync(packed, bytes.subarray(0, bytes.length - 30));
    const upToTheCut = readRecording(packed);
    expect(upToTheCut.length).toBeLessThan(EVENTS.length);
    expect(upToTheCut).toEqual(EVENTS.slice(0, upToTheCut.length));
    expect(upToTheCut).not.toEqual([]);
  });

  it('compressed with gzip is refused if it is damaged, or cut off in its header', () => {
    const packed = `${path}.gz`;
    const bytes = gzipSync(readFileSync(path));
    const other = bytes.at(-1)! ^ 1;
    for (const wrong of [bytes.subarray(0, 5), bytes.with(bytes.length - 1, other)]) {
      writeFileSync(packed, wrong);
      expect(() => readRecording(packed)).toThrow(packed);
    }
  });

  it.each([
    ['of one long line', () => Buffer.alloc(40 * 2 ** 20, 'x')],
    ['of millions of empty lines', () => Buffer.alloc(40 * 2 ** 20, '\n')],
  ])('compressed with gzip that unpacks to a thousand times its size is refused: %s', (_, filling) => {
    const packed = join(folder, 'bomb.jsonl.gz');
    writeFileSync(packed, gzipSync(Buffer.concat([readFileSync(path), filling()])));
    for (const read of [readRecording, readRun]) {
      expect(() => read(packed)).toThrow(/bomb\.jsonl\.gz has 0\.0\d+ MB but unpacks to more than 8 MB/);
    }
  });

  it('describes its run in its first line alone, however long the file is', () => {
    const long = join(folder, 'long.jsonl');
    const run = { ...RUN_EVENT, experiment: 'é'.repeat(100_000) };
    writeFileSync(long, `${JSON.stringify(run)}\nno event`);
    expect(readRun(long)).toEqual(run);
    expect(readRun(path)).toEqual(RUN_EVENT);
    for (const first of ['', 'no event', '{"type":"phase","t":0}', '{"type":"run","t":0,"format":2}']) {
      writeFileSync(long, first);
      expect(() => readRun(long)).toThrow(LabError);
    }
  });

  it('is written to disk event by event, so a crash loses no complete event', () => {
    const recorder = new Recorder(join(folder, 'open.jsonl'));
    recorder.write(RUN_EVENT);
    expect(readRecording(recorder.path)).toEqual([RUN_EVENT]);
    recorder.close();
  });

  it('older than the field failedProbe gets the failed probe from the message of the kubelet', () => {
    const killed = (message: string) => ({
      type: 'pod',
      t: 1,
      pod: 'backend-1',
      app: 'backend',
      reason: 'Killing',
      message,
    });
    const byProbe = killed('Container backend failed liveness probe, will be restarted');
    const onRequest = killed('Stopping container backend');
    writeFileSync(
      path,
      [RUN_EVENT, byProbe, onRequest].map((event) => `${JSON.stringify(event)}\n`).join(''),
    );
    expect(readRecording(path)).toEqual([RUN_EVENT, { ...byProbe, failedProbe: 'liveness' }, onRequest]);
  });

  it('cut off in its last line is read up to that line', () => {
    truncateSync(path, readFileSync(path).length - 5);
    expect(readRecording(path)).toEqual(EVENTS.slice(0, 2));
  });

  it('with a corrupt line is refused by file and line', () => {
    appendFileSync(path, 'garbage\n{"type":"end","t":1,"reason":"completed"}\n');
    expect(() => readRecording(path)).toThrow(`${path}:4 is not an event of a recording: "garbage"`);
  });

  it('with a damaged event is refused by file, line and field', () => {
    appendFileSync(path, '{"type":"phase","t":-1,"name":"load"}\n{"type":"phase","t":1,"name":7}\n');
    expect(() => readRecording(path)).toThrow(`${path}:4 is damaged: t of the "phase" event is -1.`);
  });

  it('of a newer format is refused', () => {
    writeFileSync(path, `${JSON.stringify({ ...RUN_EVENT, format: 2 })}\n`);
    expect(() => readRecording(path)).toThrow('has format 2; this version reads format 1');
  });

  it('without events leaves no file', () => {
    const recorder = new Recorder(join(folder, 'empty.jsonl'));
    expect(recorder.close()).toBeUndefined();
    expect(existsSync(recorder.path)).toBe(false);
  });

  it('is never overwritten', () => {
    expect(() => new Recorder(path)).toThrow(LabError);
    expect(readRecording(path)).toEqual(EVENTS);
  });
});
