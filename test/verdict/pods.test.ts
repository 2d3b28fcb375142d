import type { TelemetryEvent } from '../../lab/model/events';
import { Recording } from '../../lab/recording/recording';
import { signal } from '../../lab/verdict/signals';

type Event = [
  reason: 'Started' | 'Killing' | 'Completed' | 'Error' | 'OOMKilled' | 'Unhealthy',
  failedProbe?: 'startup' | 'liveness',
];

const BY_PROBE = 'liveness';

/** The value of a signal for a pod with these events, one per second. */
function of(name: string, events: Event[], app = 'backend'): number | undefined {
  const recorded = events.map(([reason, failedProbe], index): TelemetryEvent => ({
    type: 'pod',
    t: index * 1000 + 1,
    pod: 'backend-1',
    app: 'backend',
    reason,
    message: reason,
    ...(failedProbe && { failedProbe }),
  }));
  return signal(name).valueIn(Recording.of(recorded), { app }, 0, events.length * 1000);
}

test('a kill by the liveness probe is distinguished from other kills', () => {
  expect(of('liveness_kills', [['Started'], ['Killing', BY_PROBE], ['Completed']])).toBe(1);
  expect(of('liveness_kills', [['Started'], ['Killing'], ['Completed']])).toBe(0);
  expect(of('liveness_kills', [['Started'], ['Killing', 'startup'], ['Completed']])).toBe(0);
  expect(of('liveness_kills', [['Started'], ['Unhealthy']])).toBe(0);
  expect(of('liveness_kills', [['Started'], ['Killing', BY_PROBE]], 'downstream')).toBe(0);
});

test("a requested end does not count as the container's own exit, whatever its reason, but a later end does", () => {
  expect(of('own_exits', [['Started'], ['Killing', BY_PROBE], ['Completed'], ['Started']])).toBe(0);
  expect(of('own_exits', [['Started'], ['Killing', BY_PROBE], ['Error'], ['Started'], ['Error']])).toBe(1);
  expect(of('own_exits', [['Started'], ['OOMKilled'], ['Started'], ['OOMKilled']])).toBe(2);
});
