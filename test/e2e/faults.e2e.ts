import { setTimeout as sleep } from 'node:timers/promises';
import type { PodEvent } from '../../lab/model/events';
import { type BriefRun, PATIENCE_MS } from '../support/brief-lab';
import { eventually } from '../support/eventually';
import { onceMoreIf } from '../support/once-more';
import { requires } from '../support/requirements';
import { BriefLab, lastRequests } from './brief';

/** Longer than any pause that a busy machine causes. */
const STOPPED_MS = 8_000;
/** The approximate duration of brief, from start to end. */
const WHOLE_RUN_MS = 14_000;

const brief = new BriefLab();

describe('SIGKILL under load', () => {
  it("of each pod's first process counts as a crash: the pod restarts, and the run continues", async () => {
    const programs = {
      backend: 'service/main.js',
      postgres: 'postgres -D',
      downstream: 'downstream/main.js',
    };
    const { run, traces, code, stdout } = await brief.conclusive({ args: ['--full'] }, async (run) => {
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
    expect(stdout).toMatch(/REFUTED \(did not hold: no-restart/);
    expect(code).toBe(1);
    expect(run.left(traces)).toEqual([]);
  });

  it('of the load generator ends the run at once, and the recording is judged as inconclusive', async () => {
    const run = brief.start();
    await run.underLoad(3);
    const traces = run.traces();
    process.kill(run.generator(), 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toContain('the load generator died: SIGKILL');
    expect(stdout).toMatch(/INCONCLUSIVE[^]*the\s+load\s+generator\s+died/);
    expect(run.events().at(-1)).toMatchObject({ type: 'end', reason: 'failed' });
    expect(lastRequests(run)).toContain('/api/fast ok');
    expect(code).toBe(3);
    expect(run.left(traces)).toEqual([]);
  });
});

describe('SIGKILL of the lab itself', () => {
  const moments: [when: string, reached: (run: BriefRun, startedAt: number) => boolean][] = [
    ['while the database is created', (run) => run.pods().some(({ command }) => command.includes('initdb'))],
    ['while the system is being taken down', (run) => run.stderr.includes('taking the system down')],
    ...Array.from({ length: Number(process.env.FAULT_ROUNDS ?? 0) }, () => {
      const ms = Math.round(Math.random() * WHOLE_RUN_MS);
      return [
        `after ${ms} ms`,
        (_: BriefRun, startedAt: number) => performance.now() > startedAt + ms,
      ] as (typeof moments)[0];
    }),
  ];

  it.each(moments)('%s leaves nothing behind but a readable recording', async (when, reached) => {
    const struck = await onceMoreIf(hasEnded, async () => {
      const [run, startedAt] = [brief.start(), performance.now()];
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

describe('suspending the lab under load, as Ctrl-Z does,', () => {
  it('makes the resumed run inconclusive, because nothing was measured meanwhile', async () => {
    const run = brief.start();
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

requires('terminal')('Ctrl-C on a terminal', () => {
  it('takes the system down; pressed twice, it exits at once and leaves nothing of the run behind', async () => {
    const twice = await onceMoreIf(hasEnded, async () => {
      const run = brief.start({ by: ['sh', '-c', 'exec script -qec "$*" /dev/null', 'OUT'], stdin: 'pipe' });
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

/** True if the run was over before the signal reached it. */
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
