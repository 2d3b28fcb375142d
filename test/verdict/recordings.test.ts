import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { experimentNames } from '../../lab/run/catalogue';
import { judgeRun } from '../../lab/run/judge-run';

const LOADTESTS = resolve(__dirname, '../../loadtests');

/** The causes that the committed recordings of real runs show. */
const CAUSES: Record<string, string> = {
  baseline: 'healthy',
  'cpu-stress': 'cpu limit',
  'memory-stress': 'memory limit',
  'cascade-failure': 'slow dependency',
  'db-pool-exhaust': 'connection pool',
  'io-stress': 'slow I/O only',
  'retry-storm': 'retry storm',
  'noisy-probe': 'liveness probe',
};

const recorded = experimentNames().filter((name) => existsSync(join(LOADTESTS, name, 'recordings')));

test('each experiment has a recording', () => {
  expect(recorded).toEqual(expect.arrayContaining(Object.keys(CAUSES)));
});

describe.each(recorded)('the recording of %s', (name) => {
  const folder = join(LOADTESTS, name, 'recordings', 'held');
  const { verdict } = judgeRun(folder);

  it('confirms every claim of the experiment', () => {
    expect(verdict.findings.filter(({ result }) => result !== 'held')).toEqual([]);
    expect(verdict.outcome).toBe('held');
  });

  it('is diagnosed from its signals', () => {
    expect(verdict.diagnosis.cause).toBe(CAUSES[name]);
  });

  it('contains no password and no path of the machine that made it', () => {
    for (const file of readdirSync(folder)) {
      const { run } = judgeRun(join(folder, file));
      expect(JSON.stringify(run)).not.toMatch(/password|\/(home|root|work)\//i);
    }
  });
});
