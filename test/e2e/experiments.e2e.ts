import { causeOf, judgedRun, lab, recordings, unseen } from './lab';

const CAUSES: [experiment: string, cause: string][] = [
  ['baseline', 'healthy'],
  ['cpu-stress', 'cpu limit'],
  ['memory-stress', 'memory limit'],
  ['cascade-failure', 'slow dependency'],
  ['db-pool-exhaust', 'connection pool'],
  ['io-stress', 'slow I/O only'],
  ['retry-storm', 'retry storm'],
  ['noisy-probe', 'liveness probe'],
];

describe('each experiment, compressed, on the local engine', () => {
  const out = recordings();

  it.each(CAUSES)('%s shows all that it claims, and the diagnosis is %s', async (name, cause) => {
    const verdict = await judgedRun(name, out);
    expect(unseen(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('held');
    expect(causeOf(verdict)).toBe(cause);

    const again = await lab(['report', verdict.recording, '-o', 'json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual([verdict]);
  });
});

describe('with every failure switched off', () => {
  const out = recordings();

  // The confusion matrix holds a recording of each; `lab run --all --no-failure` runs all.
  it('cascade-failure finds no failure', async () => {
    const verdict = await judgedRun('cascade-failure', out, ['--no-failure']);
    expect(verdict.outcome).toBe('no impact');
    expect(verdict.diagnosis.cause).toBe('healthy');
  });
});
