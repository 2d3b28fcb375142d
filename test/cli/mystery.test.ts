import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { Progress } from '../../lab/cli/progress';
import { solve } from '../../lab/cli/prompts/mystery';
import type { TelemetryEvent } from '../../lab/model/events';
import { readRecording } from '../../lab/recording/recorder';
import { signalTable } from '../../lab/report/signal-table';
import { committedRecordings, experimentNames } from '../../lab/run/catalogue';
import { judgeRun } from '../../lab/run/judge-run';
import { CAUSES } from '../../lab/verdict/causes';
import { OF_LAB, OF_REQUESTS, OF_SYSTEM } from '../../lab/verdict/signals/shown';
import { anySeed, drawRecording, drawRun, KNOBS } from '../../lab/run/mystery/draw';
import { replay } from '../../lab/run/mystery/replay';

const PROJECT = resolve(__dirname, '../..');
const RECORDINGS = committedRecordings();
const SEEDS = Array.from({ length: 2000 }, (_, seed) => seed);

describe('drawing a mystery', () => {
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,12}$/), { minLength: 1, maxLength: 15 });

  it('gives the same result for the same seed', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), names, (seed, from) => {
        expect(drawRun(seed, from)).toEqual(drawRun(seed, [...from]));
        expect(from).toContain(drawRun(seed, from).name);
      }),
    );
  });

  it('can give every experiment, and with it every value of every setting', () => {
    fc.assert(
      fc.property(names, (from) => {
        const drawn = SEEDS.map((seed) => drawRun(seed, from));
        expect(new Set(drawn.map(({ name }) => name))).toEqual(new Set(from));
      }),
      { numRuns: 20 },
    );
    const drawn = SEEDS.map((seed) => drawRun(seed, experimentNames()));
    for (const name of experimentNames()) {
      const settings = new Set(drawn.filter((one) => one.name === name).flatMap(({ set }) => set));
      const all = KNOBS.flatMap(([path, values]) => values.map((value) => `${path}=${value}`));
      expect(settings).toEqual(new Set(all));
    }
  });

  it('can give every committed recording', () => {
    expect(new Set(SEEDS.map((seed) => drawRecording(seed, RECORDINGS)))).toEqual(new Set(RECORDINGS));
    expect(RECORDINGS.length).toBeGreaterThanOrEqual(8);
  });

  it('uses a seed short enough to say aloud when none is given', () => {
    for (let i = 0; i < 1000; i++) expect(String(anySeed())).toMatch(/^[1-9]\d{0,3}$/);
  });
});

describe('a replay', () => {
  const at = (t: number): TelemetryEvent => ({ type: 'phase', t, name: 'load' });

  it('keeps the times of the recording, divided by the speed', async () => {
    let now = 500;
    const seen: [number, number][] = [];
    const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
    const { signal } = new AbortController();
    await replay(
      [at(0), at(1000), at(1000), at(4000)],
      10,
      ({ t }) => seen.push([t, now - 500]),
      signal,
      clock,
    );
    expect(seen).toEqual([
      [0, 0],
      [1000, 100],
      [1000, 100],
      [4000, 400],
    ]);
  });

  it('ends at once when it is interrupted', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    await replay([at(0), at(3_600_000)], 1, ({ t }) => void (seen.push(t), stop.abort()), stop.signal);
    expect(seen).toEqual([0]);
  });
});

describe.each(RECORDINGS.map((file) => [file.slice(PROJECT.length + 1), file]))(
  'the mystery of %s',
  (_, file) => {
    const report = judgeRun(file);
    const { experiment, roles } = {
      experiment: report.run.experiment,
      roles: report.evidence.experiment.roles,
    };
    const recording = report.evidence.arms.get(report.evidence.judgedArm)!;
    const giveaways = [
      experiment,
      ...Object.values(roles).flatMap(({ scenario, label }) => [` ${scenario} `, label]),
      ...new Set(recording.requests.map(({ name }) => name)),
    ];

    it('hides its name, its routes and its length', async () => {
      let shown = '';
      const out = { isTTY: false, write: (text: string) => void (shown += text) };
      const { listen } = new Progress({ title: 'mystery' }, out as unknown as NodeJS.WriteStream);
      const clock = { now: () => Infinity, sleep: async () => undefined };
      await replay(readRecording(file), 1, listen, new AbortController().signal, clock);
      shown += signalTable(recording);
      for (const giveaway of giveaways) expect(shown).not.toContain(giveaway);
      expect(shown).not.toMatch(/\d\/\d+ s /);
      expect(shown).toContain('mystery: load begins');
    });

    it('accepts each cause that the evidence shows, and no other', async () => {
      const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
      const { causes } = report.verdict.diagnosis;
      for (const cause of causes) expect(await solve(report, cause)).toBe(0);
      expect(said.mock.calls.flat().join('\n')).toMatch(/ Right[.,][^]*Evidence[^]*npx lab run/);
      expect(await solve(report, causes.includes('cpu limit') ? 'memory limit' : 'cpu limit')).toBe(1);
      said.mockRestore();
    });
  },
);

describe('the table of signals', () => {
  const labels = new Map(
    [...OF_REQUESTS, ...OF_SYSTEM, ...OF_LAB].flatMap(({ signal, app, mystery }) =>
      mystery === undefined ? [] : [[`${signal} ${app ?? 'backend'}`, mystery]],
    ),
  );

  it('has a row for every sign of every cause, so that what decides is among what is shown', () => {
    const signs = CAUSES.flatMap(({ name, signs }) =>
      signs.map(({ signal, app = 'backend' }) => ({ name, row: `${signal} ${app}` })),
    );
    expect(signs.filter(({ row }) => !labels.has(row))).toEqual([]);
    const bases = CAUSES.flatMap(({ signs }) => signs.flatMap(({ relativeTo }) => relativeTo ?? []));
    expect(bases.filter(({ signal }) => !labels.has(`${signal} backend`))).toEqual([]);
  });

  it.each(RECORDINGS)('shows a value of each sign of the cause of %s', (file) => {
    const { evidence, verdict } = judgeRun(file);
    const table = signalTable(evidence.arms.get(evidence.judgedArm)!, 80).split('\n');
    const { causes, evidence: sightings } = verdict.diagnosis;
    expect(causes).not.toEqual([]);
    for (const { signal, app = 'backend' } of sightings) {
      const label = labels.get(`${signal} ${app}`)!;
      const rows = table.filter((line) => line.startsWith(`  ${label} `));
      expect([label, rows.length > 0]).toEqual([label, true]);
      expect([label, rows.some((row) => /\d/.test(row.slice(label.length + 2)))]).toEqual([label, true]);
    }
  });
});

describe('the answer', () => {
  it('is asked for at the terminal, after the signals and before anything is revealed', async () => {
    const said: string[] = [];
    const spy = jest.spyOn(console, 'log').mockImplementation((text) => void said.push(String(text)));
    const input = new PassThrough();
    const output = new PassThrough();
    const asked = new Promise((done) => output.once('data', done));
    const solved = solve(judgeRun(RECORDINGS.find((file) => file.includes('cpu-stress'))!), undefined, {
      input,
      output,
    });
    await asked;
    expect(said.join('\n')).not.toContain('cpu-stress');
    input.end('cpu limit\n');
    expect(await solved).toBe(0);
    expect(said.join('\n')).toContain('cpu-stress');
    spy.mockRestore();
  });
});

describe('lab mystery', () => {
  /** Plays as a person behind a pipe does: reads up to the question, then answers. */
  async function play(
    args: string[],
    answer: string,
  ): Promise<{ code: number | null; before: string; all: string }> {
    const child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), 'mystery', ...args]);
    let all = '';
    let before = '';
    child.stdout.on('data', (chunk: Buffer) => (all += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      all += chunk.toString();
      if (before || !all.includes('healthy')) return;
      before = all;
      child.stdin.end(`${answer}\n`);
    });
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, before, all };
  }

  const seedOf = (name: string): number =>
    SEEDS.find((seed) => drawRecording(seed, RECORDINGS).includes(`/${name}/`))!;

  it('replays a recording, asks, and reveals the answer, the evidence and the lesson', async () => {
    const seed = String(seedOf('cpu-stress'));
    const { code, before, all } = await play(['--replay', '--speed', '1000', '--seed', seed], 'cpu limit');
    expect(before).toContain(`npx lab mystery --replay --seed ${seed}`);
    expect(before).not.toContain('cpu-stress');
    expect(all).toContain('Your answer: cpu limit. Right.');
    expect(all).toContain('# CPU: slow first, failing later, Running all along');
    expect(code).toBe(0);
  }, 60_000);

  it('exits with 1 after a wrong answer', async () => {
    const args = ['--replay', '--speed', '1000', '--seed', String(seedOf('memory-stress'))];
    const { code, all } = await play([...args, '--answer', 'healthy'], '');
    expect(all).toContain('Your answer: healthy. No.');
    expect(code).toBe(1);
  }, 60_000);
});
