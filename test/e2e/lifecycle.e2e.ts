import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listRuns } from '../../lab/engine/local/lifetime';
import { RUN_MARKER } from '../../lab/engine/local/lifetime/processes';
import { readState, runsFolder } from '../../lab/engine/local/lifetime/state';
import { readRecording } from '../../lab/recording/recorder';
import { PATIENCE_MS, REAPED_WITHIN_MS } from '../support/brief-lab';
import { eventually } from '../support/eventually';
import { lab, PROJECT, recordings } from './lab';
import { listenersOf } from './listeners';

describe('a lab under load', () => {
  const out = recordings();
  let child: ChildProcess;
  let stderr = '';

  beforeEach(async () => {
    stderr = '';
    child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), 'run', 'io-stress', '--out', out], {
      cwd: PROJECT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await eventually('load begins', () => stderr.includes('load begins'), PATIENCE_MS);
  });

  it('leaves no process, cgroup or file after kill -9, and its recording stays readable', async () => {
    const run = runOf(child);
    expect(processesOf(run.id).length).toBeGreaterThanOrEqual(3);
    child.kill('SIGKILL');
    await eventually('nothing is left', () => leftOf(run).length === 0, REAPED_WITHIN_MS).catch(
      () => undefined,
    );
    expect(leftOf(run)).toEqual([]);
    const folder = join(out, readdirSync(out).sort().at(-1) as string);
    expect(readRecording(join(folder, 'default.jsonl')).at(-1)?.type).not.toBe('end');
    expect((await lab(['report', folder])).code).toBe(3);
  });

  it('listens on loopback only; on Ctrl-C it takes everything down, exits with 130 and keeps the whole recording', async () => {
    const run = runOf(child);
    const listeners = listenersOf([String(child.pid), ...processesOf(run.id)]);
    expect(listeners.filter(({ isLoopback }) => !isLoopback)).toEqual([]);
    // The lab with its Services, the backend, the downstream and the database.
    expect(new Set(listeners.map(({ pid }) => pid)).size).toBeGreaterThanOrEqual(4);

    const exited = new Promise((done) => child.on('exit', done));
    child.kill('SIGINT');
    expect(await exited).toBe(130);
    expect(leftOf(run)).toEqual([]);
    const folder = join(out, readdirSync(out).sort().at(-1) as string);
    const last = readRecording(join(folder, 'default.jsonl')).at(-1);
    expect(last).toMatchObject({ type: 'end', reason: 'interrupted' });
  });
});

interface Run {
  id: string;
  folder: string;
  cgroups: string[];
}

function runOf({ pid }: ChildProcess): Run {
  const id = listRuns().find(({ labPid }) => labPid === pid)?.runId;
  if (!id) throw new Error(`lab ${pid} has no run`);
  const folder = join(runsFolder(), id);
  return { id, folder, cgroups: readState(folder)?.cgroups ?? [] };
}

function leftOf({ id, folder, cgroups }: Run): string[] {
  return [...processesOf(id).map((pid) => `process ${pid}`), ...[folder, ...cgroups].filter(existsSync)];
}

/** Every process of a run has the run's id in its environment. */
function processesOf(runId: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${RUN_MARKER}=${runId}`)
      );
    } catch {
      return false;
    }
  });
}
