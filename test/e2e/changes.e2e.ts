import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judgedRun, PROJECT, recordings } from './lab';

const CHECKOUT = [
  'bin',
  'build',
  'constructs',
  'downstream',
  'lab',
  'loadtests',
  'main.ts',
  'package.json',
  'service',
  'tsconfig.build.json',
  'tsconfig.json',
];

const copies: string[] = [];
afterAll(() => copies.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Copies the checkout and changes one line of main.ts, as a user would. */
function checkoutWith(from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lab-checkout-'));
  copies.push(folder);
  for (const path of CHECKOUT)
    cpSync(join(PROJECT, path), join(folder, path), { recursive: true, preserveTimestamps: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const main = readFileSync(join(folder, 'main.ts'), 'utf8');
  if (!main.includes(from)) throw new Error(`main.ts no longer contains ${from}`);
  writeFileSync(join(folder, 'main.ts'), main.replace(from, to));
  return folder;
}

describe('a construct added in main.ts', () => {
  const out = recordings();

  it('runs beside those of the system', async () => {
    const chart = "new LabChart(app, 'backend-under-load', settings);";
    const checkout = checkoutWith(
      chart,
      `const chart = ${chart}
  const { Backend } = require('./constructs') as typeof import('./constructs');
  const [database, downstream] = [chart.postgres.address, chart.downstream.address];
  new Backend(chart, 'checkout', { database, downstream });`,
    );
    const { recording, outcome } = await judgedRun('baseline', out, [], checkout);
    expect(outcome).toBe('held');
    const events = readFileSync(join(recording, 'default.jsonl'), 'utf8').trim().split('\n');
    const pods = events
      .map((line) => JSON.parse(line) as { type: string; app?: string; reason?: string })
      .filter(({ type }) => type === 'pod');
    const ready = pods.filter(({ reason }) => reason === 'Ready').map(({ app }) => app);
    expect(ready).toEqual(expect.arrayContaining(['backend', 'checkout', 'downstream', 'postgres']));
  });
});

describe('a limit changed in main.ts changes the outcome', () => {
  const out = recordings();

  it('four times the CPU refutes cpu-stress', async () => {
    const checkout = checkoutWith('cpuLimitMillicores: 500', 'cpuLimitMillicores: 2000');
    const verdict = await judgedRun('cpu-stress', out, [], checkout);
    expect(verdict.outcome).toBe('refuted');
    expect(verdict.diagnosis.cause).toBe('healthy');
  });

  it('2 GiB of memory prevents every OOM kill', async () => {
    const checkout = checkoutWith('memoryLimitMebibytes: 512', 'memoryLimitMebibytes: 2048');
    const verdict = await judgedRun('memory-stress', out, [], checkout);
    expect(verdict.outcome).toBe('refuted');
    expect(verdict.findings.find(({ id }) => id === 'oom-killed')).toMatchObject({
      result: 'refuted',
      value: 0,
    });
  });
});
