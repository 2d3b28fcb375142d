import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EXIT, LabError } from '../errors';
import type { TelemetryEvent } from './events';

/** Appends every event as one JSON line; a crash loses at most the line that was being written. */
export class Recorder {
  private readonly file: number;
  private failure?: Error;
  private written = false;

  constructor(readonly path: string) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.file = openSync(path, 'wx');
    } catch (error) {
      throw new LabError(
        `Cannot write the recording ${path}: ${(error as Error).message}`,
        EXIT.environment,
        'Choose another folder with --out.',
      );
    }
  }

  /** A full disk ends the recording, not the run: what is written stays readable. */
  readonly write = (event: TelemetryEvent): void => {
    if (this.failure) return;
    try {
      writeSync(this.file, `${JSON.stringify(event)}\n`);
      this.written = true;
    } catch (error) {
      this.failure = error as Error;
    }
  };

  /**
   * A system that never came up leaves no empty file.
   * @returns why the recording is incomplete, if it is.
   */
  close(): string | undefined {
    closeSync(this.file);
    if (!this.written) rmSync(this.path);
    return this.failure && `${this.path} is incomplete: ${this.failure.message}`;
  }
}

/**
 * Reads a recording. A last line that was cut off by a crash is left out.
 * @throws LabError (exit code 2) naming the line that is no event, or a newer format.
 */
export function readRecording(path: string): TelemetryEvent[] {
  const lines = readText(path).split('\n');
  const events: TelemetryEvent[] = [];
  lines.forEach((line, index) => {
    if (line === '') return;
    const event = parseLine(line);
    if (event) events.push(event);
    else if (index < lines.length - 1) throw badLine(path, index + 1, line);
  });
  const first = events[0];
  if (first?.type !== 'run') throw badLine(path, 1, lines[0] ?? '');
  if (first.format !== 1) {
    throw new LabError(
      `${path} has format ${String(first.format)}; this version reads format 1.`,
      EXIT.usage,
      'Read it with the version that wrote it, or a newer one.',
    );
  }
  return events;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new LabError(
      `Cannot read the recording ${path}: ${(error as Error).message}`,
      EXIT.usage,
      'Name a folder or file that `lab run` wrote; it prints the path at its end.',
    );
  }
}

function parseLine(line: string): TelemetryEvent | undefined {
  try {
    const event: unknown = JSON.parse(line);
    const known = typeof event === 'object' && event !== null && 'type' in event && 't' in event;
    return known ? (event as TelemetryEvent) : undefined;
  } catch {
    return undefined;
  }
}

function badLine(path: string, number: number, line: string): LabError {
  return new LabError(
    `${path}:${number} is not an event of a recording: ${JSON.stringify(line.slice(0, 60))}`,
    EXIT.usage,
    'A recording is a .jsonl file written by `lab run`; its first line has "type":"run".',
  );
}
