import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { LabError } from '../model/errors';
import type { RequestsEvent, RunEvent, TelemetryEvent } from '../model/events';
import { decodeDurations } from './durations';
import { withoutSecrets } from './secrets';
import { Sequence } from './sequence';
import { damagedField, isKnown } from './shape';
import { upgraded } from './upgrade';

const CHUNK_BYTES = 64 * 1024;
/**
 * How much a packed recording may unpack to, so that a small file cannot fill the memory. Recordings of runs
 * shrink to between a half and an eighth.
 */
const UNPACKED = {
  mostTimes: 32,
  /** Allowed for any file, however small. */
  freeBytes: 8 * 2 ** 20,
  /** About the longest string that Node allows. */
  mostBytes: 512 * 2 ** 20,
};
const ENDING = /\.jsonl(\.gz)?$/;

/** Whether a file is a recording, by its name. Recordings may be packed with gzip. */
export function isRecording(path: string): boolean {
  return ENDING.test(path);
}

/** The name of a recording: its file name without the extension. */
export function recordingName(path: string): string {
  return basename(path).replace(ENDING, '');
}

/** Appends every event as one JSON line. A crash loses at most the line that is being written. */
export class Recorder {
  private readonly file: number;
  /** Folders created for the recording, innermost last. */
  private readonly made: string[];
  private failure?: Error;
  private written = false;

  constructor(readonly path: string) {
    try {
      this.made = makeFolder(dirname(path));
      this.file = openSync(path, 'wx');
    } catch (error) {
      throw cannotWrite(path, error as Error);
    }
  }

  /**
   * A full disk ends the recording but not the run. The part already written stays readable.
   * @throws LabError (environment) when not even the first event can be written, because nothing could be
   * judged.
   */
  readonly write = (event: TelemetryEvent): void => {
    if (this.failure) return;
    try {
      this.append(`${JSON.stringify(event)}\n`);
      this.written = true;
    } catch (error) {
      this.failure = error as Error;
      if (!this.written) throw cannotWrite(this.path, this.failure);
    }
  };

  /** A disk that is filling up may accept part of a line without an error, so the rest is written again. */
  private append(line: string): void {
    const bytes = Buffer.from(line);
    const taken = writeSync(this.file, bytes);
    if (taken < bytes.length) writeSync(this.file, bytes, taken);
  }

  /**
   * Closes the file. If nothing was recorded, removes the empty file and the folders created for it.
   * @returns why the recording is incomplete; undefined if it is complete.
   */
  close(): string | undefined {
    closeSync(this.file);
    if (!this.written) {
      rmSync(this.path);
      for (const folder of this.made.reverse()) if (readdirSync(folder).length === 0) rmdirSync(folder);
    }
    return this.failure && `${this.path} is incomplete: ${this.failure.message}`;
  }
}

/**
 * Creates a folder and its parents one by one, because `recursive` reports a read-only file system as a
 * missing folder.
 * @returns the folders that it created.
 */
function makeFolder(path: string): string[] {
  if (existsSync(path)) return [];
  const made = makeFolder(dirname(path));
  try {
    mkdirSync(path);
    return [...made, path];
  } catch (error) {
    // Another lab may have created it in the meantime.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return made;
    throw error;
  }
}

function cannotWrite(path: string, { message }: Error): LabError {
  return new LabError(
    `Cannot write the recording ${path}: ${message}`,
    'environment',
    'Choose another folder with --out.',
  );
}

/**
 * Reads a recording. A last line that a crash cut off is left out.
 * @throws LabError (usage) that names the line that is not an event, is damaged or is at the wrong place, or
 * the newer format.
 */
export function readRecording(path: string): TelemetryEvent[] {
  const text = readText(path);
  checkFormat(path, firstLineOf(text));
  const events: TelemetryEvent[] = [];
  const sequence = new Sequence();
  for (const { line, number, isLast } of linesOf(text)) {
    if (line === '') continue;
    const event = parseLine(line);
    if (event) {
      checkEvent(path, number, event, sequence);
      events.push(upgraded(event as unknown as TelemetryEvent));
    } else if (!isLast) throw badLine(path, number, line);
  }
  return events;
}

/** One by one: an array of all lines could take many times the memory of the text. */
function* linesOf(text: string): Generator<{ line: string; number: number; isLast: boolean }> {
  for (let [from, number] = [0, 1]; from <= text.length; number++) {
    const found = text.indexOf('\n', from);
    const to = found < 0 ? text.length : found;
    yield { line: text.slice(from, to), number, isLast: found < 0 };
    from = to + 1;
  }
}

function firstLineOf(text: string): string {
  const [first] = linesOf(text);
  return first!.line;
}

function checkEvent(path: string, number: number, found: Record<string, unknown>, sequence: Sequence): void {
  checkShape(path, number, found);
  if (!isKnown(found.type)) return;
  const event = found as unknown as TelemetryEvent;
  if (event.type === 'requests') checkDurations(path, number, event);
  const problem = sequence.problemOf(event);
  if (problem !== undefined) throw misplaced(path, number, event, problem);
}

function checkShape(path: string, number: number, event: Record<string, unknown>): void {
  const field = damagedField(event);
  if (field === undefined) return;
  throw damaged(path, number, `${field} of the ${shown(event.type)} event is ${shown(event[field])}`);
}

function checkDurations(path: string, number: number, event: RequestsEvent): void {
  for (const field of ['duration', 'fromSchedule'] as const) {
    try {
      if (event[field] !== undefined) decodeDurations(event[field]);
    } catch (error) {
      const says = `${field} of the "requests" event is no histogram of durations`;
      throw damaged(path, number, `${says} (${(error as Error).message})`);
    }
  }
}

/**
 * The first event of a recording, without reading the rest.
 * @throws LabError (usage) like readRecording.
 */
export function readRun(path: string): RunEvent {
  const line = readText(path, firstLine);
  checkFormat(path, line);
  const event = parseLine(line) as Record<string, unknown>;
  checkShape(path, 1, event);
  return event as unknown as RunEvent;
}

function firstLine(path: string): string {
  if (isPacked(path)) return firstLineOf(content(path));
  const file = openSync(path, 'r');
  try {
    let text = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const read = readSync(file, chunk);
      text = Buffer.concat([text, chunk.subarray(0, read)]);
      if (read === 0 || text.includes('\n')) return firstLineOf(text.toString());
    }
  } finally {
    closeSync(file);
  }
}

/** Checked before anything else, because a newer format may look different. */
function checkFormat(path: string, line: string): void {
  const first = parseLine(line);
  if (first?.type !== 'run') throw badLine(path, 1, line);
  if (first.format === 1) return;
  throw new LabError(
    `${path} has format ${shown(first.format)}; this version reads format 1.`,
    'usage',
    'Read it with the version of the lab that wrote it, or with a newer one.',
  );
}

function isPacked(path: string): boolean {
  return path.endsWith('.gz');
}

function content(path: string): string {
  const bytes = readFileSync(path);
  return (isPacked(path) ? unpacked(path, bytes) : bytes).toString();
}

/** A packed file that was cut off is read up to the cut, like any other recording. */
function unpacked(path: string, bytes: Buffer): Buffer {
  const { mostTimes, freeBytes, mostBytes } = UNPACKED;
  const most = Math.min(Math.max(mostTimes * bytes.length, freeBytes), mostBytes);
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw unpacksTooFar(path, bytes.length, most);
  }
}

function readText(path: string, read = content): string {
  try {
    return read(path);
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError(
      `Cannot read the recording ${path}: ${(error as Error).message}`,
      'usage',
      'Name a folder or file that `lab run` wrote. It prints the path at its end.',
    );
  }
}

function parseLine(line: string): Record<string, unknown> | undefined {
  try {
    const event: unknown = JSON.parse(line);
    const known = typeof event === 'object' && event !== null && 'type' in event && 't' in event;
    return known ? withoutPasswords(event as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The lab records no passwords, but a recording from elsewhere may contain some. They must not be passed on.
 */
function withoutPasswords(event: Record<string, unknown>): Record<string, unknown> {
  return event.type === 'run' ? { ...event, props: withoutSecrets(event.props) } : event;
}

function unpacksTooFar(path: string, packed: number, most: number): LabError {
  const megabytes = (bytes: number): string => `${Number((bytes / 2 ** 20).toPrecision(2))} MB`;
  return new LabError(
    `${path} has ${megabytes(packed)} but unpacks to more than ${megabytes(most)}. Packed recordings of this size unpack to less.`,
    'usage',
    'If you trust the file, unpack it with gunzip and name the unpacked file.',
  );
}

function badLine(path: string, number: number, line: string): LabError {
  return new LabError(
    `${path}:${number} is not an event of a recording: ${shown(line)}`,
    'usage',
    'A recording is a .jsonl file written by `lab run`; its first line has "type":"run".',
  );
}

function damaged(path: string, number: number, damage: string): LabError {
  return new LabError(
    `${path}:${number} is damaged: ${damage}.`,
    'usage',
    'The file was not changed. To read the rest, delete that line, or delete it and everything after it.',
  );
}

function misplaced(path: string, number: number, { type }: TelemetryEvent, problem: string): LabError {
  return new LabError(
    `${path}:${number} is out of order or there twice: the ${shown(type)} event cannot be here, because ${problem}.`,
    'usage',
    'The file was not changed. Restore it from a copy, or delete that line and everything after it.',
  );
}

function shown(value: unknown): string {
  return String(JSON.stringify(typeof value === 'string' ? value.slice(0, 60) : value)).slice(0, 80);
}
