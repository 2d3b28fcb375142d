import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { FACTOR, runs, TIMEOUT_MS } from './effort';

jest.setTimeout(TIMEOUT_MS * 2);

const LAB = resolve(__dirname, '../../bin/lab.js');
const DEADLINE_MS = 20_000;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab-fuzz-'));
  spawnSync(process.execPath, [LAB, '--help']); // compiles if necessary
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Words that may appear anywhere in a command line. */
const word = fc.oneof(
  fc.constantFrom('--set', '--out', '--load', '-o', '--output', '--full', '--predict', '--answer', '--speed'),
  fc.constantFrom('--', '-', '', '--=', '-oo', '--set=', '--help=1', '--no-failure', '--seed', '-1', '1e9'),
  fc.constantFrom(
    'cpu-stress',
    '../etc',
    '/dev/null',
    'a=b',
    'backend.replicas=1',
    '$(id)',
    '`id`',
    '%s',
    '\u202e',
  ),
  fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\0', '')),
);

/**
 * Command lines of commands that start nothing, so an accepted one ends quickly. `run` and `mystery` get a
 * setting that no system can have.
 */
const commandLines = fc.oneof(
  fc.tuple(
    fc.constantFrom('report', 'list', 'lst', '', '--version', 'help', 'synth'),
    fc.array(word, { maxLength: 4 }),
  ),
  fc.tuple(
    fc.constantFrom('run', 'mystery'),
    fc.array(word, { maxLength: 3 }).map((words) => ['--limits', 'none', ...words]),
  ),
);

test('any command line ends soon, with a documented exit code and without a stack trace', () => {
  fc.assert(
    fc.property(commandLines, ([command, words]) => {
      const { status, stderr, error } = spawnSync(process.execPath, [LAB, command, ...words], {
        cwd: folder,
        encoding: 'utf8',
        timeout: DEADLINE_MS,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(error).toBeUndefined();
      expect([0, 1, 2, 3, 4]).toContain(status);
      expect(stderr).not.toMatch(/^ +at |unexpected error/m);
      if (status === 2) expect(stderr).not.toBe('');
    }),
    { ...runs(8), endOnFailure: FACTOR === 1 },
  );
  // Accepted command lines may have written manifests or a report, but nothing else.
  expect(readdirSync(folder, { recursive: true }).join(' ')).not.toMatch(/\.jsonl/);
});
