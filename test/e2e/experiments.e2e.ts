import { causeOf, type JudgedRun, judgedRun, lab, recordings, unseen } from './lab';

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

describe('one command that runs all experiments, compressed, on the local engine', () => {
  const out = recordings();
  const verdicts = new Map<string, JudgedRun>();
  let code: number | null;
  let said: string;

  beforeAll(async () => {
    let stdout: string;
    ({ code, stdout, stderr: said } = await lab(['run', '--all', '-o', 'json', '--out', out]));
    for (const verdict of JSON.parse(stdout) as JudgedRun[]) verdicts.set(verdict.experiment, verdict);
  });

  it.each(CAUSES)('confirms every claim of %s and diagnoses %s', async (name, cause) => {
    const verdict = verdicts.get(name)!;
    expect(unseen(verdict)).toEqual([]);
    expect(verdict.outcome).toBe('held');
    expect(causeOf(verdict)).toBe(cause);

    const again = await lab(['report', verdict.recording, '-o', 'json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual([verdict]);
  });

  it('leaves none out and reports that all held', () => {
    expect([...verdicts.keys()].sort()).toEqual(CAUSES.map(([name]) => name).sort());
    expect({ code, said }).toMatchObject({ code: 0 });
  });
});

describe('with every failure switched off', () => {
  const out = recordings();

  // The confusion matrix has a recording of each experiment; `lab run --all --no-failure` runs all of them.
  it('cascade-failure finds no failure', async () => {
    const verdict = await judgedRun('cascade-failure', out, ['--no-failure']);
    expect(verdict.outcome).toBe('no impact');
    expect(verdict.diagnosis.cause).toBe('healthy');
  });
});
