import { runId } from '../../lab/run/record';

describe('the name of a run', () => {
  it('is unique, even among runs that begin in the same millisecond', () => {
    const names = Array.from({ length: 1000 }, () => runId('io-stress'));
    expect(new Set(names).size).toBe(names.length);
  });

  it('sorts by time, contains the experiment and fits a Kubernetes label', () => {
    expect(runId('cascade-failure')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-cascade-failure-[0-9a-f]{8}$/,
    );
    expect(runId('cascade-failure').length).toBeLessThanOrEqual(63);
  });
});
