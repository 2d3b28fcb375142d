import { setTimeout as sleep } from 'node:timers/promises';
import { TimerDelay } from '../../lab/support/timer-delay';

const PERIOD_MS = 50;
const BLOCKED_MS = 500;

function block(): void {
  for (const end = performance.now() + BLOCKED_MS; performance.now() < end;);
}

describe.each([
  ['before the first look', 0],
  ['between two looks', 4 * PERIOD_MS],
])('a process that is blocked %s after a call', (_, afterMs) => {
  it('is reported by the next call and by no later one', async () => {
    const delay = new TimerDelay(PERIOD_MS);
    await sleep(4 * PERIOD_MS);
    delay.take();
    if (afterMs > 0) await sleep(afterMs);
    block();
    await sleep(4 * PERIOD_MS);
    const told = delay.take();
    const from = performance.now();
    await sleep(4 * PERIOD_MS);
    const later = delay.take();
    delay.close();
    expect(told).toBeGreaterThanOrEqual(BLOCKED_MS - 2 * PERIOD_MS);
    // On a busy machine this process may be delayed again, but not for longer than since the last call.
    expect(later).toBeLessThan(performance.now() - from);
  });
});
