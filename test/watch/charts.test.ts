import { experiment, experimentNames } from '../../lab/run/catalogue';
import { SIGNALS } from '../../lab/verdict/signals';
import { drawingOf } from '../../lab/watch/charts';

/** Kills and restarts appear as marks in the lanes. Counts over a whole run are not curves. */
const isCount = (name: string): boolean => SIGNALS.get(name)?.unit === 'count';

describe.each(experimentNames())('%s', (name) => {
  const definition = experiment(name);
  const { curves, charts, lines } = drawingOf(definition);

  it('draws every claim about a curve', () => {
    const drawable = definition.claims.filter((claim) =>
      'first' in claim ? !isCount(claim.first.signal) : !isCount(claim.signal),
    );
    const drawn = new Set(lines.map(({ claim }) => claim));
    expect(drawable.filter(({ id }) => !drawn.has(id))).toEqual([]);
  });

  it('draws each curve from an existing signal and each line in an existing chart', () => {
    expect(curves.filter(({ signal }) => !SIGNALS.has(signal))).toEqual([]);
    for (const { chart } of lines) expect(charts.map(({ id }) => id)).toContain(chart);
    for (const chart of charts) for (const { curve } of chart.curves) expect(curves[curve]).toBeDefined();
  });

  it('gives every chart a unique name', () => {
    expect(new Set(charts.map(({ id }) => id)).size).toBe(charts.length);
  });
});
