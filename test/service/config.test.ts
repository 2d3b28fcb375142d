import fc from 'fast-check';
import { readConfig } from '../../service/config';
import { TestProcess } from './support';

test('an empty environment gives the documented defaults', () => {
  expect(readConfig({})).toMatchObject({
    host: '0.0.0.0',
    port: 8000,
    faultsEnabled: true,
    workerThreads: 2,
    offloadCpuWork: true,
    cpuMicrosPerComplexity: 500,
    queryMs: 50,
    admissionLimit: 0,
    downstream: { maxSockets: 50, timeoutMs: 0, breakerFailures: 0, breakerResetMs: 5_000 },
    database: { poolSize: 5, acquireTimeoutMs: 5_000 },
  });
});

test('any text for a number gives that number, in range, or a one-line error that names the variable', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
      try {
        const { poolSize } = readConfig({ DB_POOL_SIZE: text }).database;
        expect(poolSize).toBe(Number(text));
        expect(poolSize >= 1 && poolSize <= 200).toBe(true);
      } catch (error) {
        expect((error as Error).message).toMatch(
          /^DB_POOL_SIZE must be an integer from 1 to 200, found "[^\n]*$/,
        );
      }
    }),
  );
});

test.each([
  ['DOWNSTREAM_URL', 'downstream:8080', 'must be an http:// URL'],
  ['DOWNSTREAM_URL', 'https://downstream', 'must be an http:// URL'],
  ['FAULTS_ENABLED', 'TRUE', 'must be true or false'],
  ['DATABASE_HOST', '', 'must not be empty'],
  ['WORKER_THREADS', '0', 'must be an integer from 1 to 64'],
])('%s=%j is refused', (name, value, rule) => {
  expect(() => readConfig({ [name]: value })).toThrow(`${name} ${rule}, found ${JSON.stringify(value)}`);
});

test('a wrong variable ends the process with code 2 and one line', async () => {
  const refused = await TestProcess.spawn('service', { WORKER_THREADS: 'many' });
  expect(await refused.exit()).toEqual({ code: 2, signal: null });
  expect(refused.stderr).toBe('WORKER_THREADS must be an integer from 1 to 64, found "many"\n');
  expect(refused.logs).toEqual([]);
});
