import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { BUILD, PROGRAMS } from '../harness/paths';
import { Program } from '../harness/process';
import { alone, row, sideBySide } from '../harness/side-by-side';
import type { Subject } from '../harness/subject';

/**
 * The lab is not steady before: for its first ten seconds V8 compiles, on threads of its own, what runs every
 * second.
 */
const SETTLE_MS = 12_000;
/** Long enough for events that happen once per second. */
const STEADY_SECONDS = 10;
const MANY = 4;
const CROWD = 20;
/** Each round starts the whole system four times. */
const MOST_ROUNDS = 2;

/** The lab's own needs while it runs a system. */
export const engine: Subject = {
  name: 'engine',
  title: 'The lab beside what it runs',
  ours: 'one pod',
  theirs: 'more pods',
  async measure({ host, rounds }) {
    const out = mkdtempSync(join(tmpdir(), 'lab-bench-'));
    try {
      const steady = (replicas: number) => () => run(replicas, out, (lab) => cost(lab, out));
      const begun = (replicas: number) => () =>
        run(replicas, out, () => Promise.resolve({ together: startedTogether(out) }));
      const costs = await sideBySide(host, Math.min(rounds, MOST_ROUNDS), steady(1), steady(MANY));
      const crowd = await sideBySide(host, 1, begun(1), begun(CROWD));
      const { after10Minutes, after2Hours } = JSON.parse(await twoHours()) as Record<string, number>;
      return [
        row(`the lab's CPU, 1 and ${MANY} backend pods`, '% of a core', costs.cpu, {
          of: 'ours',
          is: '<=',
          value: 5,
        }),
        row('the same per 1,000 samples', 'ms', costs.perThousand),
        row(`from the command to the load, 1 and ${CROWD} pods`, 's', crowd.start),
        alone(`of ${CROWD} pods, started before the first was ready`, '', crowd.together.theirs, {
          of: 'ours',
          is: '>=',
          value: CROWD,
        }),
        alone('heap after 2 hours, over that after 10 minutes', '', [after2Hours! / after10Minutes!], {
          of: 'ours',
          is: '<=',
          value: 1.1,
        }),
      ];
    } finally {
      rmSync(out, { recursive: true });
    }
  },
};

/** Runs healthy traffic until the load begins, and then for as long as `watch` takes. */
async function run<Found extends Record<string, number>>(
  replicas: number,
  out: string,
  watch: (lab: Program) => Promise<Found>,
): Promise<Found & { start: number }> {
  const from = performance.now();
  const command = [process.execPath, join(BUILD, 'lab/cli/main.js'), 'run', 'baseline', '--out', out];
  const lab = Program.start([...command, '--set', `backend.replicas=${replicas}`]);
  await lab.line(/load begins/, 'stderr');
  const start = (performance.now() - from) / 1000;
  const found = await watch(lab);
  await lab.interrupt();
  return { ...found, start };
}

async function cost(lab: Program, out: string) {
  await sleep(SETTLE_MS);
  const before = lab.cpuMs;
  await sleep(STEADY_SECONDS * 1000);
  const ms = (lab.cpuMs - before) / STEADY_SECONDS;
  return { cpu: ms / 10, perThousand: (1000 * ms) / seriesIn(out) };
}

/** Each series is sampled once per second. */
function seriesIn(out: string): number {
  return newest(out).filter(({ type }) => type === 'series').length;
}

/** The number of backend pods that had started when the first one was ready. */
function startedTogether(out: string): number {
  const reasons = newest(out).flatMap((event) =>
    event.type === 'pod' && event.app === 'backend' ? [event.reason] : [],
  );
  return reasons.slice(0, reasons.indexOf('Ready')).filter((reason) => reason === 'Started').length;
}

/** The events of the newest recording. */
function newest(out: string): TelemetryEvent[] {
  const folder = readdirSync(out).sort().at(-1) as string;
  return readRecording(join(out, folder, 'default.jsonl'));
}

function twoHours(): Promise<string> {
  return Program.start([process.execPath, '--expose-gc', join(PROGRAMS, 'two-hours.js')]).output();
}
