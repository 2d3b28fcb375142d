import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { threadCpu, type ThreadCpu } from '../../service/workers/thread-cpu';
import work, { STEP_MICROS, type Task, workBy } from '../../service/workers/work';

const TASK: Task = { cpuMicros: 5_000, microsPerIteration: 0.5, seed: 1 };

/** The clock of a core on which each step takes `slowness()` times as long as during the calibration. */
function core(slowness: () => number): ThreadCpu {
  let used = -1;
  return () => {
    if (used < 0) return (used = 0);
    const step = Math.min(TASK.cpuMicros - used, STEP_MICROS);
    return (used += Math.max(step, TASK.microsPerIteration) * slowness());
  };
}

test('the CPU time used is the same on a core three times slower or faster than during the calibration', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1 / 3, max: 3, noNaN: true }), { minLength: 1 }), (speeds) => {
      let step = 0;
      const clock = core(() => speeds[step++ % speeds.length]!);
      const { cpuMicros } = workBy(clock, TASK);
      expect(cpuMicros).toBeGreaterThanOrEqual(TASK.cpuMicros);
      expect(cpuMicros).toBeLessThan(TASK.cpuMicros + 3 * STEP_MICROS);
    }),
    { numRuns: 50 },
  );
});

test('a wrong calibration does not change the CPU time that the process uses', () => {
  const used = (microsPerIteration: number): number => {
    const before = threadCpu()!();
    work({ cpuMicros: 50_000, microsPerIteration, seed: 1 });
    return threadCpu()!() - before;
  };
  used(0.5);
  expect(used(0.25) / used(1)).toBeGreaterThan(0.8);
  expect(used(0.25) / used(1)).toBeLessThan(1.25);
});

test('without a thread clock the calibration determines the amount of work', () => {
  const calibratedWrongly = { ...TASK, microsPerIteration: 1_000 };
  expect(workBy(undefined, calibratedWrongly).cpuMicros).toBe(TASK.cpuMicros);
});

test('the digest depends only on the seed', () => {
  const digest = (cpuMicros: number, seed: number) => work({ ...TASK, cpuMicros, seed }).digest;
  expect(digest(1_000, 1)).toBe(digest(2_000, 1));
  expect(digest(1_000, 1)).not.toBe(digest(1_000, 2));
});

test('a kernel without thread times, or without that file, gives no clock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'schedstat-'));
  const none = join(folder, 'schedstat');
  writeFileSync(none, '0 0 0\n');
  const ofNode = 'threadCpuUsage' in process;
  expect([none, join(folder, 'missing')].map((path) => threadCpu(path) !== undefined)).toEqual([
    ofNode,
    ofNode,
  ]);
  rmSync(folder, { recursive: true });
});

test('the computation of another thread does not advance the clock', async () => {
  const spinning = new Worker('for (const end = Date.now() + 300; Date.now() < end; );', { eval: true });
  const clock = threadCpu()!;
  const [before, processBefore] = [clock(), process.cpuUsage()];
  await new Promise((ended) => spinning.on('exit', ended));
  const { user, system } = process.cpuUsage(processBefore);
  expect(clock() - before).toBeLessThan((user + system) / 2);
});
