import { Clock } from '../../lab/watch/page/clock';

test('a replay waits for a recording that is still arriving, and plays it to its end', () => {
  const clock = new Clock('replay', 50);
  clock.advance(0, 0, false);
  clock.advance(100, 2, false);
  expect(clock).toMatchObject({ now: 2, isPlaying: true });
  clock.advance(200, 40, true);
  expect(clock).toMatchObject({ now: 7, isPlaying: true });
  clock.advance(900, 40, true);
  expect(clock).toMatchObject({ now: 40, isPlaying: false });
});

test('a paused replay stands still, and restarts after its end', () => {
  const clock = new Clock('replay', 1);
  clock.toggle(10);
  clock.advance(0, 10, true);
  clock.advance(5000, 10, true);
  expect(clock).toMatchObject({ now: 0, isPlaying: false });
  clock.moveTo(10, 10);
  clock.toggle(10);
  expect(clock).toMatchObject({ now: 0, isPlaying: true });
});

test('a live run is followed until the user looks at an earlier moment', () => {
  const clock = new Clock('live', 1);
  clock.advance(0, 5, false);
  expect(clock).toMatchObject({ now: 5, isPlaying: true });
  clock.moveTo(3, 5);
  clock.advance(1000, 6, false);
  expect(clock).toMatchObject({ now: 3, isPlaying: false });
  clock.moveTo(6, 6);
  clock.advance(2000, 7, true);
  expect(clock).toMatchObject({ now: 7, isPlaying: true });
});

test('a report shows its whole run at once', () => {
  const clock = new Clock('report', 1);
  clock.advance(0, 30, true);
  expect(clock).toMatchObject({ now: 30, isPlaying: false });
});

test('a live run that is over becomes a replay at its end, which can be played again', () => {
  const clock = new Clock('live', 2);
  clock.advance(0, 8, false);
  clock.endLive(9);
  expect(clock).toMatchObject({ now: 9, isPlaying: false, isLive: false });
  clock.toggle(9);
  clock.advance(1000, 9, true);
  expect(clock).toMatchObject({ now: 2, isPlaying: true });
  expect(clock.shownUntil(9)).toBe(2);
});

test('the end of a live run leaves a user where he looks, and shows the whole run', () => {
  const clock = new Clock('live', 1);
  clock.advance(0, 8, false);
  clock.moveTo(3, 8);
  clock.endLive(9);
  expect(clock).toMatchObject({ now: 3, isPlaying: false });
  expect(clock.shownUntil(9)).toBe(9);
});

test('a replay shows nothing beyond its position until its end was reached, and everything from then on', () => {
  const clock = new Clock('replay', 1);
  clock.moveTo(4, 10);
  expect(clock.shownUntil(10)).toBe(4);
  clock.moveTo(10, 10);
  clock.advance(0, 10, true);
  clock.moveTo(2, 10);
  expect(clock.shownUntil(10)).toBe(10);
  expect(clock.now).toBe(2);
});

test('pointing to a moment in the middle of a replay hides nothing that is on show', () => {
  const clock = new Clock('replay', 1);
  clock.advance(0, 40, true);
  clock.advance(20_000, 40, true);
  expect(clock.marked(40)).toBeUndefined();
  clock.pointTo(5, 40);
  expect(clock).toMatchObject({ now: 5, isPlaying: false });
  expect([clock.shownUntil(40), clock.marked(40)]).toEqual([20, 5]);
  clock.pointTo(12, 40);
  expect([clock.shownUntil(40), clock.marked(40)]).toEqual([20, 12]);
  clock.moveTo(7, 40);
  expect([clock.shownUntil(40), clock.marked(40)]).toEqual([7, undefined]);
});

test('a moment at the very end is marked, too, until the timeline moves', () => {
  const clock = new Clock('report', 1);
  clock.advance(0, 30, true);
  expect(clock.marked(30)).toBeUndefined();
  clock.pointTo(30, 30);
  expect(clock.marked(30)).toBe(30);
  clock.moveTo(30, 30);
  expect(clock.marked(30)).toBeUndefined();
});

test('playing on from a moment shows the run from there', () => {
  const clock = new Clock('replay', 1);
  clock.advance(0, 40, true);
  clock.advance(20_000, 40, true);
  clock.pointTo(5, 40);
  clock.toggle(40);
  expect([clock.shownUntil(40), clock.marked(40)]).toEqual([5, undefined]);
});
