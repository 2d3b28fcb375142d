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
import { LabError } from '../../lab/errors';
import type { TelemetryEvent } from '../../lab/telemetry/events';
import { readRecording, Recorder } from '../../lab/telemetry/recorder';

const RUN = { type: 'run', t: 0, format: 1, id: 'x' } as TelemetryEvent;
const EVENTS: TelemetryEvent[] = [
  RUN,
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

  it('reads back what was written', () => {
    expect(readRecording(path)).toEqual(EVENTS);
  });

  it('is on disk event by event, so that a crash loses none that is whole', () => {
    const recorder = new Recorder(join(folder, 'open.jsonl'));
    recorder.write(RUN);
    expect(readRecording(recorder.path)).toEqual([RUN]);
    recorder.close();
  });

  it('cut off in its last line is read up to there', () => {
    truncateSync(path, readFileSync(path).length - 5);
    expect(readRecording(path)).toEqual(EVENTS.slice(0, 2));
  });

  it('with a corrupt line is refused by file and line', () => {
    appendFileSync(path, 'garbage\n{"type":"end","t":1,"reason":"completed"}\n');
    expect(() => readRecording(path)).toThrow(`${path}:4 is not an event of a recording: "garbage"`);
  });

  it('of a newer format is refused', () => {
    writeFileSync(path, `${JSON.stringify({ ...RUN, format: 2 })}\n`);
    expect(() => readRecording(path)).toThrow('has format 2; this version reads format 1');
  });

  it('without any event leaves no file', () => {
    const recorder = new Recorder(join(folder, 'empty.jsonl'));
    expect(recorder.close()).toBeUndefined();
    expect(existsSync(recorder.path)).toBe(false);
  });

  it('is never overwritten', () => {
    expect(() => new Recorder(path)).toThrow(LabError);
    expect(readRecording(path)).toEqual(EVENTS);
  });
});
