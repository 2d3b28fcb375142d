import { setTimeout as sleep } from 'node:timers/promises';
import { HostSampler } from '../../lab/run/sampler';

/** Shares of the machine above which a measured time mainly reflects the machine. */
const BUSY = 0.5;
const STOLEN = 0.05;
/** A process that waits longer than this misses what it should observe. */
const LATE_MS = 40;
const CALM_WITHIN_MS = 20_000;

/** Runs an attempt, and repeats it once if its result says that it proves nothing. */
export async function onceMoreIf<T>(
  provesNothing: (result: T) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  const first = await attempt();
  if (!provesNothing(first)) return first;
  console.warn('it proved nothing; once more');
  return attempt();
}

/**
 * Runs a check. If it fails while the machine is busy with other work, waits for calm and repeats it once.
 */
export async function undisturbed(check: () => Promise<void>): Promise<void> {
  const host = new HostSampler();
  const isDisturbed = (): boolean => {
    const { busy, steal, labDelayMs } = host.sample(0);
    return busy >= BUSY || steal >= STOLEN || labDelayMs >= LATE_MS;
  };
  try {
    await check();
  } catch (error) {
    if (!isDisturbed()) throw error;
    console.warn(`the machine was busy; once more, after ${String(error)}`);
    for (const deadline = performance.now() + CALM_WITHIN_MS; performance.now() < deadline;) {
      await sleep(500);
      if (!isDisturbed()) break;
    }
    await check();
  } finally {
    host.close();
  }
}
