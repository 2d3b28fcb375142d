import { runId } from '../../lab/run/record';

describe('the name of a run', () => {
  it('is no other’s, also of one that began in the same millisecond', () => {
    const names = Array.from({ length: 1000 }, () => runId('io-stress'));
    expect(new Set(names).size).toBe(names.length);
  });

  it('sorts by time, is told by its experiment, and fits a label of Kubernetes', () => {
    expect(runId('cascade-failure')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-cascade-failure-[0-9a-f]{8}$/,
    );
    expect(runId('cascade-failure').length).toBeLessThanOrEqual(63);
  });
});
