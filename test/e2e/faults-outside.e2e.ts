import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PATIENCE_MS } from '../support/brief-lab';
import { eventually } from '../support/eventually';
import { requires } from '../support/requirements';
import { BriefLab } from './brief';

/** The duration of brief's load, and the longest wait for the last answers. */
const LOAD_MS = 8_000;
const DRAIN_MS = 10_000;

/** Sets the wall clock of a process to the value in a file, as a person or a time server might. */
const SET_CLOCK = `
  const { readFileSync } = require('node:fs');
  const Real = Date;
  let shift = 0;
  globalThis.Date = class extends Real {
    constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
  setInterval(() => {
    const said = Number(readFileSync(process.env.CLOCK_FILE, 'utf8'));
    if (said !== shift) console.error('the clock is set');
    shift = said;
  }, 50).unref();
`;
const HOUR_MS = 3_600_000;

const brief = new BriefLab();

describe('setting the clock under load', () => {
  it('an hour ahead, then two hours back, changes neither durations nor the verdict', async () => {
    const clock = ownClock();
    const { run, traces, code, stdout, stderr } = await brief.conclusive({ env: clock.env }, async (run) => {
      clock.set(0);
      await run.underLoad(1);
      clock.set(HOUR_MS);
      await run.underLoad(3);
      clock.set(-HOUR_MS);
    });
    expect(stderr.split('the clock is set').length - 1).toBeGreaterThanOrEqual(2);
    expect(stdout).toMatch(/HELD/);
    expect(code).toBe(0);
    const events = run.events();
    const [from = NaN, to = NaN] = events.flatMap((event) =>
      event.type === 'phase' && ['load', 'cooldown'].includes(event.name) ? [event.t] : [],
    );
    expect(to - from).toBeGreaterThanOrEqual(LOAD_MS * 0.9);
    expect(to - from).toBeLessThan(LOAD_MS + DRAIN_MS);
    const end = events.at(-1)!.t;
    expect(events.filter(({ t }) => t < 0 || t > end)).toEqual([]);
    expect(run.left(traces)).toEqual([]);
  });

  requires('k6')('when k6 uses that clock to date its requests', () => {
    it('makes the run inconclusive and reports by how much', async () => {
      const clock = ownClock();
      const run = brief.start({ env: clock.env, args: ['--load', 'k6'] });
      await run.underLoad(1);
      clock.set(HOUR_MS);
      const { code, stdout } = await run.ended;
      expect(stdout).toMatch(/^Verdict +INCONCLUSIVE \(the clock jumped by 3600 s, or the machine slept/m);
      expect(code).toBe(3);
    });
  });
});

/** A wall clock that can be set for one lab and its processes only. */
function ownClock(): { env: Record<string, string>; set(aheadMs: number): void } {
  const [preload, file] = [join(brief.folder, 'set-clock.js'), join(brief.folder, 'clock')];
  const set = (aheadMs: number) => {
    writeFileSync(`${file}.new`, String(aheadMs));
    renameSync(`${file}.new`, file);
  };
  writeFileSync(preload, SET_CLOCK);
  set(0);
  return { env: { NODE_OPTIONS: `--require ${preload}`, CLOCK_FILE: file }, set };
}

requires('own mounts')('a disk that becomes full under load', () => {
  it('cuts the recording short but not the run; the run reports it, is inconclusive and stays readable', async () => {
    const script = `
      mount -t tmpfs -o size=48k tmpfs "$0" || exit 99
      "$@"; code=$?
      "$1" "$2" report "$0"/* | sed 's/^/again: /'
      exit $code`;
    const run = brief.start({ by: ['unshare', '--mount', 'sh', '-c', script, 'OUT'] });
    await eventually('load begins', () => run.stderr.includes('load begins'), PATIENCE_MS);
    const traces = run.traces();
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toMatch(/load is over[^]*default\.jsonl is incomplete: ENOSPC: no space left on device/);
    expect(stdout).toMatch(/^Verdict +INCONCLUSIVE \(the recording of the arm default was cut off/m);
    expect(stdout).toMatch(/^again: Verdict +INCONCLUSIVE \(the recording of the arm default was cut off/m);
    expect(code).toBe(3);
    expect(run.left(traces)).toEqual([]);
  });
});

describe('a reader that closes the pipe (`lab run … 2>&1 | head -1`)', () => {
  it('interrupts the run, which shuts everything down silently', async () => {
    const run = brief.start({ by: ['sh', '-c', '{ "$@"; echo "$?" >"$0"/../code; } 2>&1 | head -1', 'OUT'] });
    await eventually('pods', () => run.pods().length > 2, PATIENCE_MS);
    const traces = run.traces();
    const { stdout, stderr } = await run.ended;
    expect(stdout).toMatch(/^brief: metrics of all pods at .*\n$/);
    expect(stderr).toBe('');
    expect(readFileSync(join(run.out, '..', 'code'), 'utf8')).toBe('130\n');
    expect(run.events().at(-1)).toMatchObject({ type: 'end', reason: 'interrupted' });
    expect(run.left(traces)).toEqual([]);
  });
});
