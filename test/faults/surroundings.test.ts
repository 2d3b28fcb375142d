import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { requires } from '../support/requirements';
import { compileOnce, IS_ROOT, lab, PROJECT, RECORDING, scratch, unwritable } from './lab';

const folder = scratch();
compileOnce();

let count = 0;
function newFolder(): string {
  const path = join(folder, String(count++));
  mkdirSync(path);
  return path;
}

const needsMounts = IS_ROOT ? requires('own mounts') : describe;

needsMounts('an unwritable folder', () => {
  it('is reported before anything starts if recordings go there', () => {
    const [cwd, TMPDIR] = [newFolder(), newFolder()];
    const { code, stdout, stderr } = lab(['run', 'baseline'], {
      cwd,
      env: { ...process.env, TMPDIR },
      by: unwritable(cwd),
    });
    expect(stderr).toMatch(
      /^lab: Cannot write the recording runs\/.*\.jsonl: E(ROFS|ACCES): .*\n +Choose another folder with --out\.\n$/,
    );
    expect([code, stdout]).toEqual([4, '']);
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  it('is reported if reports go there', () => {
    const cwd = newFolder();
    const { code, stderr } = lab(['report', join(PROJECT, RECORDING), '--out', 'report.md'], {
      cwd,
      by: unwritable(cwd),
    });
    expect(stderr).toMatch(/^lab: Cannot write the report: E(ROFS|ACCES): .*report\.md'\n +Choose another/);
    expect(code).toBe(4);
  });

  it.each(['run', 'doctor'])('is reported if a run keeps its files there (lab %s)', (command) => {
    const [cwd, TMPDIR] = [newFolder(), newFolder()];
    const args = command === 'run' ? ['run', 'baseline'] : [command];
    const { code, stderr } = lab(args, { cwd, env: { ...process.env, TMPDIR }, by: unwritable(TMPDIR) });
    expect(stderr).toContain(`lab: A run cannot keep its files in ${TMPDIR}: E`);
    expect(stderr).toMatch(/Make room there, or set TMPDIR to a folder that you can write to\.\n$/);
    expect(stderr).not.toMatch(/^ +at |unexpected/m);
    expect(code).toBe(4);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([['--help'], ['list'], ['doctor'], ['report', join(PROJECT, RECORDING)]])(
    'does not affect `lab %s` as its working folder and home, and neither does a missing home',
    (...args) => {
      const cwd = newFolder();
      const { HOME: _, ...homeless } = process.env;
      for (const env of [homeless, { ...homeless, HOME: cwd }]) {
        const { code, stdout, stderr } = lab(args, { cwd, env, by: unwritable(cwd) });
        expect([code, stderr]).toEqual([0, '']);
        expect(stdout.length).toBeGreaterThan(100);
      }
    },
  );
});
