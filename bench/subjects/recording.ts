import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD, PROGRAMS, ROOT } from '../harness/paths';
import { Program } from '../harness/process';
import { type Measure, row, sideBySide } from '../harness/side-by-side';
import type { Subject } from '../harness/subject';

const EVENTS = 1_000_000;
/** A real run, extended with log lines as its pods would write them. */
const GOLDEN = join(ROOT, 'loadtests/cpu-stress/recordings/held');

/** The cost of writing a million events, and of judging them again. */
export const recording: Subject = {
  name: 'recording',
  title: 'A recording of a million events',
  ours: 'lab',
  theirs: 'the least',
  async measure({ host, rounds }) {
    const folder = mkdtempSync(join(tmpdir(), 'lab-bench-'));
    const long = join(folder, 'long');
    try {
      mkdirSync(long);
      for (const file of readdirSync(GOLDEN)) cpSync(join(GOLDEN, file), join(long, file));
      const file = join(long, 'default.jsonl');
      await Program.start(events('make', file)).output();
      const report = [process.execPath, join(BUILD, 'lab/cli/main.js'), 'report', long, '-o', 'json'];
      const judged = await sideBySide(host, rounds, wall(report), wall(events('parse', file)));
      const scratch = join(folder, 'written.jsonl');
      const written = await sideBySide(host, rounds, micros('record', scratch), micros('append', scratch));
      return [
        row('judging it again, JSON.parse of its lines', 's', judged.seconds, {
          of: 'ours',
          is: '<=',
          value: 2,
        }),
        row('writing an event, appending its line', 'µs', written.micros),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const events = (what: string, file: string): string[] => [
  process.execPath,
  join(PROGRAMS, 'events.js'),
  what,
  file,
  String(EVENTS),
];

/** The duration of a command. Its verdict does not matter here, only that it reaches one. */
function wall(command: string[]): Measure<'seconds'> {
  return async () => {
    const from = performance.now();
    await Program.start(command).output();
    return { seconds: (performance.now() - from) / 1000 };
  };
}

function micros(what: string, file: string): Measure<'micros'> {
  return async () => {
    const micros = Number(await Program.start(events(what, file)).output());
    rmSync(file);
    return { micros };
  };
}
