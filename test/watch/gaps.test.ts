import { stacked, stretches } from '../../lab/watch/page/gaps';

test('stacked curves add up, and what was not measured is a gap, not zero', () => {
  expect(
    stacked([
      [1, 1, null, 0],
      [2, null, null, 2],
      [3, 3, 3, null],
    ]),
  ).toEqual([
    [6, 4, null, 2],
    [5, null, null, 2],
    [3, 3, 3, null],
  ]);
});

test('a curve is interrupted where nothing was measured', () => {
  const points: [number, number | null][] = [
    [0, null],
    [1, 0.5],
    [2, 0],
    [3, null],
    [4, null],
    [5, 0.7],
  ];
  expect(stretches(points)).toEqual([
    [
      [1, 0.5],
      [2, 0],
    ],
    [[5, 0.7]],
  ]);
  expect(stretches([])).toEqual([]);
  expect(stretches([[1, null]])).toEqual([]);
});

test('of several values on one pixel the highest counts, and a gap within it does not show', () => {
  const pixels: [number, number | null][] = [
    [1, 0.2],
    [1, 0.9],
    [1, null],
    [2, null],
    [2, 0.4],
    [2, 0.1],
  ];
  expect(stretches(pixels)).toEqual([
    [
      [1, 0.9],
      [2, 0.4],
    ],
  ]);
  expect(
    stretches([
      [1, 0.2],
      [2, null],
      [3, null],
      [3, 0.4],
    ]),
  ).toHaveLength(2);
});
