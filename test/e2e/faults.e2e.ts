import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PodEvent } from '../../lab/telemetry/events';
import { BriefRun, type Ended, installBriefLab, PATIENCE_MS, type Traces } from '../support/brief-lab';
import { onceMoreIf } from '../support/once-more';
import { requires } from '../support/requirements';
import { eventually } from '../support/eventually';

/** Longer than anything that a busy machine does to the lab. */
const STOPPED_MS = 8_000;
/** What brief's load takes, and what waiting for its last answers may add. */
const LOAD_MS = 8_000;
const DRAIN_MS = 10_000;

/** From the start of brief to its end, about. */
const WHOLE_RUN_MS = 14_000;

/** Sets the wall clock of a process, as a person or a time server may, to what a file says. */
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

let installed: string;
beforeAll(async () => (installed = await installBriefLab()));
afterAll(() => rmSync(installed, { recursive: true, force: true }));

const runs: BriefRun[] = [];
afterEach(() => Promise.all(runs.splice(0).map((run) => run.clean())));

function start(options: ConstructorParameters<typeof BriefRun>[1] = {}): BriefRun {
  const run = new BriefRun(installed, options);
  runs.push(run);
  return run;
}

describe('kill -9 under load', () => {
  it('of the first process of each pod is a crash: the pod is restarted, and the run goes on', async () => {
    const programs = {
      backend: 'service/main.js',
      postgres: 'postgres -D',
      downstream: 'downstream/main.js',
    };
    const { run, traces, code, stdout } = await conclusive({ args: ['--full'] }, async (run) => {
      await run.underLoad(1);
      for (const [app, program] of Object.entries(programs)) {
        process.kill(run.pod(program), 'SIGKILL');
        await eventually(`${app} is ready again`, () => told(run, app, 'Ready').length === 2, PATIENCE_MS);
      }
    });
    for (const app of Object.keys(programs)) {
      expect(told(run, app, 'Error')).toEqual([expect.objectContaining({ exitCode: 137, restartCount: 0 })]);
      expect(told(run, app, 'Started').at(-1)).toMatchObject({ restartCount: 1 });
    }
    expect(run.events().at(-1)).toMatchObject({ type: 'end', reason: 'completed' });
    expect(lastRequests(run)).toEqual(['/api/fast ok', '/api/order?id=1 ok', '/api/price ok']);
    expect(stdout).toMatch(/REFUTED \(not seen: no-restart/);
    expect(code).toBe(1);
    expect(run.left(traces)).toEqual([]);
  });

  it('of the load generator ends the run at once; what was recorded is judged as inconclusive', async () => {
    const run = start();
    await run.underLoad(3);
    const traces = run.traces();
    process.kill(run.generator(), 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toContain('the load generator died: SIGKILL');
    expect(stdout).toMatch(/INCONCLUSIVE[^]*the load generator died/);
    expect(run.events().at(-1)).toMatchObject({ type: 'end', reason: 'failed' });
    expect(lastRequests(run)).toContain('/api/fast ok');
    expect(code).toBe(3);
    expect(run.left(traces)).toEqual([]);
  });
});

describe('kill -9 of the lab itself', () => {
  const moments: [when: string, reached: (run: BriefRun, startedAt: number) => boolean][] = [
    ['while the database is made', (run) => run.pods().some(({ command }) => command.includes('initdb'))],
    ['while the system is taken down', (run) => run.stderr.includes('taking the system down')],
    ...Array.from({ length: Number(process.env.FAULT_ROUNDS ?? 0) }, () => {
      const ms = Math.round(Math.random() * WHOLE_RUN_MS);
      return [
        `after ${ms} ms`,
        (_: BriefRun, startedAt: number) => performance.now() > startedAt + ms,
      ] as (typeof moments)[0];
    }),
  ];

  it.each(moments)('%s leaves nothing behind, and a recording that can be read', async (when, reached) => {
    const struck = await onceMoreIf(hasEnded, async () => {
      const [run, startedAt] = [start(), performance.now()];
      await eventually(when, () => reached(run, startedAt), PATIENCE_MS);
      const traces = run.traces();
      run.child.kill('SIGKILL');
      await run.ended;
      return { run, traces };
    });
    expect(await struck.run.leftByReaper(struck.traces)).toEqual([]);
    expect(hasEnded(struck)).toBe(false);
  });
});

describe('a lab that is stopped under load', () => {
  it('as by Ctrl-Z, and goes on later, is inconclusive: nothing was measured meanwhile', async () => {
    const run = start();
    await run.underLoad(2);
    const traces = run.traces();
    run.signal('SIGSTOP');
    await sleep(STOPPED_MS);
    run.signal('SIGCONT');
    const { code, stdout } = await run.ended;
    expect(stdout).toMatch(/INCONCLUSIVE \(the lab stood still for [\d.]+ s/);
    expect(run.events().at(-1)).toMatchObject({ type: 'end', reason: 'completed' });
    expect(code).toBe(3);
    expect(run.left(traces)).toEqual([]);
  });
});

describe('a clock that is set under load', () => {
  it('an hour ahead, then two hours back, changes neither durations nor the verdict', async () => {
    const clock = ownClock();
    const { run, traces, code, stdout, stderr } = await conclusive({ env: clock.env }, async (run) => {
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

  requires('k6')('by which k6 tells when its requests were', () => {
    it('makes the run inconclusive, which says by how much', async () => {
      const clock = ownClock();
      const run = start({ env: clock.env, args: ['--load', 'k6'] });
      await run.underLoad(1);
      clock.set(HOUR_MS);
      const { code, stdout } = await run.ended;
      expect(stdout).toMatch(/^Verdict +INCONCLUSIVE \(the clock was set by 3600 s, or the machine slept/m);
      expect(code).toBe(3);
    });
  });
});

/** A wall clock for a lab and its processes alone, that can be set. */
function ownClock(): { env: Record<string, string>; set(aheadMs: number): void } {
  const [preload, file] = [join(installed, 'set-clock.js'), join(installed, 'clock')];
  const set = (aheadMs: number) => {
    writeFileSync(`${file}.new`, String(aheadMs));
    renameSync(`${file}.new`, file);
  };
  writeFileSync(preload, SET_CLOCK);
  set(0);
  return { env: { NODE_OPTIONS: `--require ${preload}`, CLOCK_FILE: file }, set };
}

requires('own mounts')('a disk that fills up under load', () => {
  it('ends the recording and not the run, which says so and is inconclusive; the rest can be read', async () => {
    const script = `
      mount -t tmpfs -o size=48k tmpfs "$0" || exit 99
      "$@"; code=$?
      "$1" "$2" report "$0"/* | sed 's/^/again: /'
      exit $code`;
    const run = start({ by: ['unshare', '--mount', 'sh', '-c', script, 'OUT'] });
    await eventually('load begins', () => run.stderr.includes('load begins'), PATIENCE_MS);
    const traces = run.traces();
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toMatch(/load is over[^]*default\.jsonl is incomplete: ENOSPC: no space left on device/);
    expect(stdout).toMatch(/^Verdict +INCONCLUSIVE \(the recording of default was cut off/m);
    expect(stdout).toMatch(/^again: Verdict +INCONCLUSIVE \(the recording of default was cut off/m);
    expect(code).toBe(3);
    expect(run.left(traces)).toEqual([]);
  });
});

describe('a reader that goes away (`lab run … 2>&1 | head -1`)', () => {
  it('interrupts the run, which takes everything down without another word', async () => {
    const run = start({ by: ['sh', '-c', '{ "$@"; echo "$?" >"$0"/../code; } 2>&1 | head -1', 'OUT'] });
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

requires('terminal')('Ctrl-C on a terminal', () => {
  it('once takes the system down; twice leaves at once, and nothing of the run stays behind', async () => {
    const twice = await onceMoreIf(hasEnded, async () => {
      const run = start({ by: ['sh', '-c', 'exec script -qec "$*" /dev/null', 'OUT'], stdin: 'pipe' });
      await eventually('load begins', () => run.stdout.includes('load begins'), PATIENCE_MS);
      await run.underLoad(1);
      const traces = run.traces();
      run.type('\x03');
      await eventually(
        'the first is understood',
        () => run.stdout.includes('Interrupted: taking the system down'),
        PATIENCE_MS,
      );
      run.type('\x03');
      return { run, traces, ...(await run.ended) };
    });
    expect(twice.code).toBe(130);
    expect(hasEnded(twice)).toBe(false);
    expect(await twice.run.leftByReaper(twice.traces)).toEqual([]);
  });
});

/** A run with something done to it, to its end; another one when the machine was the bottleneck, as the lab itself says. */
function conclusive(
  options: ConstructorParameters<typeof BriefRun>[1],
  act: (run: BriefRun) => Promise<void>,
): Promise<Ended & { run: BriefRun; traces: Traces }> {
  return onceMoreIf(
    ({ code }) => code === 3,
    async () => {
      const run = start(options);
      await act(run);
      const traces = run.traces();
      return { run, traces, ...(await run.ended) };
    },
  );
}

/** Nothing was struck in time then: the run was over. */
function hasEnded({ run }: { run: BriefRun }): boolean {
  return run.events().at(-1)?.type === 'end';
}

function told(run: BriefRun, app: string, reason: PodEvent['reason']): PodEvent[] {
  return run
    .events()
    .filter(
      (event): event is PodEvent => event.type === 'pod' && event.app === app && event.reason === reason,
    );
}

/** What became of the requests of the last second, by name. */
function lastRequests(run: BriefRun): string[] {
  const requests = run.events().flatMap((event) => (event.type === 'requests' ? [event] : []));
  const last = requests.filter(({ t }) => t > requests.at(-1)!.t - 1500);
  return [...new Set(last.map(({ name, outcome }) => `${name} ${outcome}`))].sort();
}
