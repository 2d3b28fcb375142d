type Value = number | null;

/**
 * Each on top of those after it: the first is the highest, and is painted first. What was not measured stays a
 * gap; the others are stacked without it.
 */
export function stacked(columns: Value[][]): Value[][] {
  const below: number[] = [];
  return columns
    .toReversed()
    .map((column) =>
      column.map((value, row) => (value === null ? null : (below[row] = (below[row] ?? 0) + value))),
    )
    .toReversed();
}

/**
 * Points of a curve, joined where they follow each other. A place without any value separates them. Of several
 * values at one place, the highest.
 */
export function stretches(points: Iterable<[at: number, value: Value]>): [at: number, value: number][][] {
  const all: [number, number][][] = [];
  let stretch: [number, number][] | undefined;
  let gap: number | undefined;
  for (const [at, value] of points) {
    const last = stretch?.at(-1);
    if (value === null) {
      if (last?.[0] !== at) gap ??= at;
    } else if (last?.[0] === at) {
      last[1] = Math.max(last[1], value);
      gap = undefined;
    } else {
      if (!stretch || (gap !== undefined && gap !== at)) all.push((stretch = []));
      stretch.push([at, value]);
      gap = undefined;
    }
  }
  return all;
}
