import type { TelemetryEvent } from '../../../lab/model/events';
import { Recording } from '../../../lab/recording/recording';
import { eventsOf, recordingOf, type Second } from '../../verdict/synthetic';
import { effectOf, median } from './judge';

const seconds = (second: Second, count = 10): Second[] => Array.from({ length: count }, () => second);
const run = (second: Second): Recording => recordingOf(seconds(second));

const timeouts = (count: number): Second['failed'] => ({ outcome: 'timeout', count });

/** Half of ten requests a second are harmed. */
const HALF = run({ ok: 5, failed: timeouts(5) });

/** Nobody is served in time. */
const NONE = run({ ok: 10, latencyMs: 3000 });

/** The same with requests of another route. */
function beside(second: Second, other: Second): Recording {
  const others = eventsOf(seconds(other)).flatMap((event): TelemetryEvent[] =>
    event.type === 'requests' ? [{ ...event, name: '/api/order' }] : [],
  );
  return Recording.of([...eventsOf(seconds(second)), ...others]);
}

test.each<[claim: string, effect: string, asItIs: Recording, advised: Recording]>([
  ['that leaves no harm helped', 'helped', HALF, run({ ok: 10 })],
  ['that leaves half of the harm helped', 'helped', HALF, run({ ok: 15, failed: timeouts(5) })],
  [
    'that leaves more than half of the harm helped in part if a fifth more answers are good',
    'helped in part',
    HALF,
    run({ ok: 6, failed: timeouts(4) }),
  ],
  [
    'that refuses most helped in part if it serves the others in time',
    'helped in part',
    NONE,
    run({ ok: 4, failed: { outcome: 'http_5xx', count: 6 } }),
  ],
  [
    'that halves the time of what succeeds helped in part, even if that is still slow',
    'helped in part',
    NONE,
    run({ ok: 10, latencyMs: 1400 }),
  ],
  [
    'changed nothing if less than a fifth more answers are good',
    'changed nothing',
    run({ ok: 6, failed: timeouts(4) }),
    run({ ok: 7, failed: timeouts(4) }),
  ],
  [
    'changed nothing if requests only fail in another way',
    'changed nothing',
    HALF,
    run({ ok: 5, failed: { outcome: 'http_5xx', count: 5 } }),
  ],
  [
    'changed nothing if fewer requests than a twentieth became good where none was',
    'changed nothing',
    NONE,
    recordingOf([...seconds({ ok: 10, latencyMs: 3000 }, 9), { ok: 4 }]),
  ],
  [
    'that costs a fifth of the good answers made it worse',
    'made it worse',
    HALF,
    run({ ok: 4, failed: timeouts(5) }),
  ],
  ['that makes good answers slow made it worse', 'made it worse', HALF, run({ ok: 10, latencyMs: 2000 })],
  [
    'made it worse if fewer are served, even if fewer are harmed',
    'made it worse',
    HALF,
    run({ ok: 3, failed: timeouts(1) }),
  ],
  [
    'is not judged by a route that nobody harmed',
    'changed nothing',
    beside({ ok: 5, failed: timeouts(5) }, { ok: 50 }),
    beside({ ok: 5, failed: timeouts(5) }, { failed: timeouts(50) }),
  ],
])('advice %s', (_, effect, asItIs, advised) => {
  expect(effectOf(asItIs, advised)).toBe(effect);
});

test('advice for a run that harmed nobody is not judged', () => {
  expect(effectOf(run({ ok: 10 }), run({ ok: 10 }))).toBeUndefined();
});

test('of several rounds, the median counts, and of two in the middle the worse', () => {
  expect(median(['helped', 'made it worse', 'helped'])).toBe('helped');
  expect(median(['helped', 'changed nothing', 'helped in part'])).toBe('helped in part');
  expect(median(['helped', 'changed nothing'])).toBe('changed nothing');
  expect(median([])).toBeUndefined();
});
