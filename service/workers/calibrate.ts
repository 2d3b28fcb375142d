import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long compared with the clock's resolution and the fixed cost of a task. */
const ROUND_MICROS = 10_000;
/** 0.3 to 0.6 s of CPU in all, which is longer than a neighbour disturbs while it starts. */
const ROUNDS = 30;
const FIRST_ITERATIONS = 1_000;

/**
 * The CPU time in µs that one iteration of `work` costs on this machine. It is CPU time, because wall-clock
 * time would count the pauses that a CPU quota imposes. It is that of the quickest round, because caches and
 * programs that share the core only ever add time. It runs in this thread, one turn of the event loop per
 * round, and must have the process to itself.
 * @param cpuMicros the CPU time used so far, µs.
 */
export async function calibrate(
  work: (iterations: number) => void,
  cpuMicros = processCpuMicros,
): Promise<number> {
  async function measure(iterations: number): Promise<number> {
    await nextTurn();
    const start = cpuMicros();
    work(iterations);
    return cpuMicros() - start;
  }

  let iterations = FIRST_ITERATIONS;
  while ((await measure(iterations)) < ROUND_MICROS) iterations *= 2; // this is also the warm-up
  let quickest = Infinity;
  for (let round = 0; round < ROUNDS; round++) quickest = Math.min(quickest, await measure(iterations));
  return quickest / iterations;
}

function processCpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
