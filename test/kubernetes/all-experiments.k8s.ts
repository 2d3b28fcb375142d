import { judgedRun, recordings } from '../e2e/lab';
import { requires } from '../support/requirements';
import { inCluster, onlyTheRightsOfTheDocuments, shows } from './account';

/**
 * The experiments that engine.k8s.ts does not cover: `npm run test:kubernetes:all`. That file has those whose
 * verdict depends on the cluster.
 */
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

  it.each(CAUSES)('%s confirms every claim, and the diagnosis is %s', async (name, cause) => {
    await shows(cause, name, out);
  });

  it('cpu-stress finds no failure when every failure is switched off', async () => {
    const verdict = await judgedRun('cpu-stress', out, [...inCluster('control'), '--no-failure']);
    expect(verdict.outcome).toBe('no impact');
    expect(verdict.diagnosis.cause).toBe('healthy');
  });
});
