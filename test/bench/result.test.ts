import { outcome, type Row, spreadOf } from '../../bench/harness/result';
import { row } from '../../bench/harness/side-by-side';
import { asMarkdown } from '../../bench/harness/table';

const QUIET = { others: 0, steal: 0 };
const fast: Row = row('speed', '/s', { ours: [90, 110, 50, 50], theirs: [100, 100, 100, 100] });

it('a ratio is taken within a round, so a machine that slows down between rounds does not change it', () => {
  const slowing = row('speed', '/s', { ours: [200, 200, 20, 20], theirs: [100, 100, 10, 10] });
  expect(slowing.ratio).toEqual({ median: 2, min: 2, max: 2 });
  expect(fast.ratio).toEqual({ median: 0.75, min: 0.5, max: 1 });
});

it('a goal judges the median of the ratio or of our side', () => {
  const judged = (goal: Row['goal']) => outcome({ ...fast, goal }, QUIET);
  expect(judged({ of: 'ratio', is: '>=', value: 0.75 })).toBe('met');
  expect(judged({ of: 'ratio', is: '>=', value: 0.8 })).toBe('missed');
  expect(judged({ of: 'ours', is: '<=', value: 70 })).toBe('met');
  expect(judged({ of: 'ours', is: '<=', value: 69 })).toBe('missed');
  expect(judged(undefined)).toBe('');
});

it('on a noisy machine a missed goal is inconclusive and a met goal stays met', () => {
  const goal = (value: number) => ({ of: 'ratio', is: '>=', value }) as const;
  for (const noise of [
    { others: 0.5, steal: 0 },
    { others: 0, steal: 0.3 },
  ]) {
    expect(outcome({ ...fast, goal: goal(0.8) }, noise)).toBe('inconclusive');
    expect(outcome({ ...fast, goal: goal(0.7) }, noise)).toBe('met');
  }
});

it('the median is the middle value, or the mean of the two middle values', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
  expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5);
});

it('a table shows both sides, their ratio, the goal and the outcome', () => {
  const goal = { of: 'ratio', is: '>=', value: 0.8 } as const;
  const about = {
    subject: 's',
    title: 'T',
    ours: 'us',
    theirs: 'them',
    rounds: 2,
    seconds: 1,
    at: '2030-01-01',
  };
  const text = asMarkdown({ ...about, rows: [{ ...fast, goal }], noise: QUIET, skipped: ['x'], machine: {} });
  expect(text).toContain('|  | us | them | ratio (min..max) | goal |  |');
  expect(text).toContain('| speed | 70 /s | 100 /s | 0.75 (0.5..1) | ratio >= 0.8 | missed |');
  expect(text).toContain('Left out: x');
});
