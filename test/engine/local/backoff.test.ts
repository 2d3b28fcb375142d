import { CrashLoopBackoff, goDuration } from '../../../lab/engine/local/backoff';

const SECOND = 1000;

test('the first restart is immediate, then the delay doubles from 10 s up to 5 min', () => {
  const backoff = new CrashLoopBackoff();
  const waits = Array.from({ length: 8 }, () => backoff.next(SECOND) / SECOND);
  expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
});

test('a crash after more than 10 min of running counts as the first again', () => {
  const backoff = new CrashLoopBackoff();
  for (let crash = 0; crash < 5; crash++) backoff.next(SECOND);
  expect(backoff.next(600 * SECOND)).toBe(160 * SECOND);
  expect(backoff.next(601 * SECOND)).toBe(0);
  expect(backoff.next(SECOND)).toBe(10 * SECOND);
});

test.each([
  [10_000, '10s'],
  [80_000, '1m20s'],
  [300_000, '5m0s'],
])('%i ms reads as %s', (ms, text) => expect(goDuration(ms)).toBe(text));
