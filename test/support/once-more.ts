import { setTimeout as sleep } from 'node:timers/promises';
import { HostSampler } from '../../lab/run/sampler';

/** Shares of the machine beyond which a time says more about the machine than about what is measured. */
const BUSY = 0.5;
const STOLEN = 0.05;
/** A process that is kept waiting for so long misses what it was to see. */
const LATE_MS = 40;
const CALM_WITHIN_MS = 20_000;

/** Does something once more if, and only if, what came of it says itself that it proves nothing. */
export async function onceMoreIf<T>(
  provesNothing: (result: T) => boolean,
  attempt: () => Promise<T>,
): Promise<T> {
  const first = await attempt();
  if (!provesNothing(first)) return first;
  console.warn('it proved nothing; once more');
  return attempt();
}

/** Repeats a check that failed once, when the machine was busy with other things meanwhile; as soon as it no longer is. */
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
