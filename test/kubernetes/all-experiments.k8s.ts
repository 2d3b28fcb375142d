import { judgedRun, recordings } from '../e2e/lab';
import { requires } from '../support/requirements';
import { inCluster, onlyTheRightsOfTheDocuments, shows } from './account';

/** Those whose verdict a cluster can change are in engine.k8s.ts; these are the others: `npm run test:kubernetes:all`. */
const CAUSES: [experiment: string, cause: string][] = [
  ['baseline', 'healthy'],
  ['cpu-stress', 'cpu limit'],
  ['cascade-failure', 'slow dependency'],
  ['db-pool-exhaust', 'connection pool'],
  ['io-stress', 'slow I/O only'],
  ['retry-storm', 'retry storm'],
  ['noisy-probe', 'liveness probe'],
];

requires('cluster')('the experiments on the engine kubernetes', () => {
  const out = recordings();
  onlyTheRightsOfTheDocuments();

  it.each(CAUSES)('%s shows all that it claims, and the diagnosis is %s', async (name, cause) => {
    await shows(cause, name, out);
  });

  it('finds no failure where every failure is switched off', async () => {
    const verdict = await judgedRun('cpu-stress', out, [...inCluster('control'), '--no-failure']);
    expect(verdict.outcome).toBe('no impact');
    expect(verdict.diagnosis.cause).toBe('healthy');
  });
});
