import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PROJECT = resolve(__dirname, '../..');
const RECORDING = join(PROJECT, 'loadtests', 'cpu-stress', 'recordings', 'held', 'default.jsonl');

jest.setTimeout(120_000);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lab-diagnose-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** It holds everything that the diagnosis asks for. */
const COMPLETE = join(PROJECT, 'test/confusion/labelled/recordings/sockets-and-busy-pool.jsonl.gz');

/** Diagnoses the first lines of a recording. */
function diagnoseFirst(lines: number, ...args: string[]) {
  const file = join(folder, 'default.jsonl');
  writeFileSync(file, readFileSync(RECORDING, 'utf8').split('\n').slice(0, lines).join('\n'));
  return diagnose(file, ...args);
}

function diagnose(file: string, ...args: string[]) {
  const program = join(PROJECT, 'bin', 'lab.js');
  return spawnSync(process.execPath, [program, 'diagnose', file, ...args], { encoding: 'utf8' });
}

describe('lab diagnose', () => {
  it('says of a recording that was cut off that it was cut off, and exits with 3', () => {
    const { status, stdout } = diagnoseFirst(660);
    expect(stdout).toMatch(/^Be careful +the recording of the arm default was cut off\n/);
    expect(stdout).toMatch(/What failed +cpu limit/);
    expect(status).toBe(3);
    expect(JSON.parse(diagnoseFirst(660, '-o', 'json').stdout)).toMatchObject({
      cause: 'cpu limit',
      unusable: 'the recording of the arm default was cut off',
    });
  });

  it('says of one line of a recording that nothing was measured', () => {
    const { status, stdout } = diagnoseFirst(1);
    expect(stdout).toContain('not measured: OOM kills');
    expect(stdout).not.toContain('no container was OOMKilled');
    expect(status).toBe(3);
  });

  it('says nothing of the kind of a complete recording', () => {
    const { status, stdout } = diagnose(COMPLETE);
    expect(stdout).toMatch(/^What failed +outgoing sockets\n/);
    expect(stdout).not.toMatch(/not measured/i);
    expect(status).toBe(0);
  });
});
