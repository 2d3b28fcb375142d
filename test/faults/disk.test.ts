import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildOnce } from '../support/build';
import { requires } from '../support/requirements';
import { compileOnce, filled, lab, scratch } from './lab';

const folder = scratch();
compileOnce();

/** Runs a program with parts of the compiled lab. Its temporary folder is a file system of 64 KiB. */
async function onSmallDisk(program: string): Promise<unknown> {
  const build = await buildOnce();
  const from = (path: string): string => JSON.stringify(join(build, path));
  const head = `
    const fs = require('node:fs');
    const { readRecording, Recorder } = require(${from('lab/recording/recorder.js')});
    const { openLifetime } = require(${from('lab/engine/local/lifetime')});
    const disk = process.env.TMPDIR;
    const fill = () => {
      const file = fs.openSync(disk + '/filler', 'a');
      for (;;) try { fs.writeSync(file, 'x'.repeat(100)); } catch { return fs.closeSync(file); }
    };
    const empty = () => fs.rmSync(disk + '/filler');
    const tell = (value) => console.log(JSON.stringify(value));`;
  const mount = 'mount -t tmpfs -o size=64k,mode=0711 tmpfs "$TMPDIR" && exec "$@"';
  const { stdout, stderr } = spawnSync(
    'unshare',
    ['--mount', 'sh', '-c', mount, 'sh', process.execPath, '-e', `${head}${program}`],
    { env: { ...process.env, TMPDIR: folder }, encoding: 'utf8' },
  );
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}

const EVENTS = `
  const run = { type: 'run', t: 0, format: 1, id: 'x', startedAt: '2026-01-01T00:00:00.000Z', experiment: 'x',
    arm: 'default', length: 'full', timeScale: 1, engine: { name: 'local', limits: { rung: 'emulated', label: '' } },
    load: { runner: 'embedded' }, props: {}, versions: {} };
  const log = (t) => ({ type: 'log', t, source: 'x', line: 'x'.repeat(500) });`;

requires('own mounts')('a real disk that is full', () => {
  it('ends a recording for good: no event is appended to the torn line when there is space again', async () => {
    const told = await onSmallDisk(`${EVENTS}
      const recorder = new Recorder(disk + '/run.jsonl');
      fs.writeFileSync(disk + '/filler', 'x'.repeat(8192));
      recorder.write(run);
      let torn = 0;
      for (let t = 1; t < 400; t++) {
        recorder.write(log(t));
        const isTorn = !fs.readFileSync(recorder.path, 'utf8').endsWith('\\n');
        if (isTorn && torn === 0) { torn = t; empty(); }
      }
      tell({ torn, why: recorder.close(), last: readRecording(recorder.path).at(-1).t });`);
    const { torn, why, last } = told as { torn: number; why: string; last: number };
    expect(torn).toBeGreaterThan(1);
    expect(last).toBe(torn - 1);
    expect(why).toMatch(/run\.jsonl is incomplete: ENOSPC: no space left on device/);
  });

  it('refuses a recording whose first event does not fit, and leaves no empty file', async () => {
    const told = await onSmallDisk(`${EVENTS}
      fill();
      const recorder = new Recorder(disk + '/run.jsonl');
      let error;
      try { recorder.write(run); } catch (thrown) { error = thrown; }
      recorder.close();
      tell({ kind: error.kind, message: error.message, left: fs.existsSync(recorder.path) });`);
    expect(told).toEqual({
      kind: 'environment',
      message: `Cannot write the recording ${folder}/run.jsonl: ENOSPC: no space left on device, write`,
      left: false,
    });
  });

  it('prevents unrecorded processes and leaves nothing behind when it holds the files of a run', async () => {
    const told = await onSmallDisk(`
      const { spawn } = require('node:child_process');
      const idle = () => spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
      openLifetime('full').then(async (lifetime) => {
        const [one, two] = [idle(), idle()];
        lifetime.trackGroup(one.pid);
        fill();
        lifetime.untrackGroup(one.pid);
        let refused;
        try { lifetime.trackGroup(two.pid); } catch ({ code }) { refused = code; }
        await lifetime.close();
        one.kill('SIGKILL');
        two.kill('SIGKILL');
        empty();
        tell({ refused, left: fs.readdirSync(disk, { recursive: true }).length });
      });`);
    expect(told).toEqual({ refused: 'ENOSPC', left: 1 });
  });

  it.each([
    ['full', 64, 0, /^lab: A run cannot keep its files in .*: ENOSPC: no space left on device/],
    ['too small for the database', 1024, 512, /^lab: (.*ENOSPC|initdb failed[^]*No space left on device)/m],
  ])('for temporary files, %s, is reported, and nothing is left behind', (_, kib, freeKib, says) => {
    const [TMPDIR, out] = [join(folder, `tmp-${kib}`), join(folder, `out-${kib}`)];
    mkdirSync(TMPDIR, { mode: 0o711 });
    const by = filled(TMPDIR, kib, freeKib);
    const { code, stderr } = lab(['run', 'baseline', '--out', out], {
      env: { ...process.env, TMPDIR },
      by,
    });
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^ +at |unexpected/m);
    expect(stderr).toMatch(/^left: \n$/m);
    expect(code).toBe(4);
  });
});
