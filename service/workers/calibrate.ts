import { setImmediate as nextTurn } from 'node:timers/promises';

/** Long against the clock's resolution and the fixed cost of a task. */
const ROUND_MICROS = 10_000;
/** Odd, for the median; with the search for the round's length some 0.25 s of CPU in all. */
const ROUNDS = 15;
const FIRST_ITERATIONS = 1_000;

/**
 * CPU time in µs that one iteration of `work` costs on this machine. CPU time, because wall-clock time would count
 * the pauses that a CPU quota imposes; the median, because caches, clock speed and neighbours disturb single rounds.
 * Runs in this thread, one turn of the event loop per round, and must have the process to itself.
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
  while ((await measure(iterations)) < ROUND_MICROS) iterations *= 2; // this is the warm-up too
  const rounds: number[] = [];
  while (rounds.length < ROUNDS) rounds.push(await measure(iterations));
  const median = rounds.sort((a, b) => a - b)[(ROUNDS - 1) / 2] as number;
  return median / iterations;
}

function processCpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
