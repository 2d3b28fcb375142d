import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunEvent } from '../../lab/model/events';
import { FORMATS, render } from '../../lab/report/formats';
import { experiment } from '../../lab/run/catalogue';
import { judgeRun } from '../../lab/run/judge-run';
import { changedSettings, repeatCommand, repetition } from '../../lab/run/repeat-command';

const { run } = judgeRun(resolve(__dirname, '../../loadtests/cpu-stress/recordings/held'));
const withBackend = (changes: object): RunEvent => ({
  ...run,
  props: { ...run.props, backend: { ...(run.props.backend as object), ...changes } },
});
const command = (event: RunEvent) => repeatCommand(event, experiment('cpu-stress'));

describe('the command that repeats a run', () => {
  it('has no options for a run without changes', () => {
    expect(command(run)).toBe('npx lab run cpu-stress');
    expect(changedSettings(run)).toEqual([]);
  });

  it('names the length, the load generator, the emulation and every changed setting', () => {
    const changed = withBackend({ replicas: 3, cpuLimitMillicores: 1000 });
    const event: RunEvent = {
      ...changed,
      length: 'full',
      load: { runner: 'k6' },
      engine: { name: 'local', limits: { rung: 'emulated', label: '' } },
    };
    expect(command(event)).toBe(
      'npx lab run cpu-stress --full --load k6 --limits emulated --set backend.replicas=3 --set backend.cpuLimitMillicores=1000',
    );
    expect(changedSettings(changed)).toEqual([
      { path: 'backend.replicas', value: '3', default: '1' },
      { path: 'backend.cpuLimitMillicores', value: '1000', default: '500' },
    ]);
  });

  it('names the seed once, and writes maps and lists as --set accepts them', () => {
    const event: RunEvent = {
      ...run,
      load: { runner: 'embedded', seed: 7 },
      props: { ...run.props, nodeSelector: { disktype: 'ssd' }, tolerations: [] },
    };
    expect(command(event)).toBe(`npx lab run cpu-stress --seed 7 --set 'nodeSelector={"disktype":"ssd"}'`);
    expect(changedSettings(event)).toEqual([
      { path: 'nodeSelector', value: '{"disktype":"ssd"}', default: '{}' },
    ]);
  });

  it('is one line of plain shell words, whatever a recording contains', () => {
    const words = command(withBackend({ image: { repository: `x'; touch /tmp/owned; echo $(id) "` } }));
    const { stdout } = spawnSync('sh', ['-c', `printf '%s\\n' ${words.replace('npx', '')}`], {
      encoding: 'utf8',
    });
    expect(stdout.trim().split('\n').at(-1)).toBe(
      `backend.image.repository=x'; touch /tmp/owned; echo $(id) "`,
    );
  });

  it('leaves out values that are no longer allowed, and every report names them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-not-allowed-'));
    const old = withBackend({ replicas: -7 });
    const lines = [old, { type: 'end', t: 1, reason: 'completed' }];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    for (const arm of ['default', 'double-cpu']) writeFileSync(join(folder, `${arm}.jsonl`), text);
    const report = judgeRun(folder);
    expect(report.repeat).not.toContain('replicas');
    expect(report.notRepeated).toEqual(['backend.replicas = -7']);
    expect(report.others).toMatchObject([{ arm: 'double-cpu', notRepeated: ['backend.replicas = -7'] }]);
    for (const format of FORMATS) {
      const shown = render(format, [report], 500).replaceAll('\\', '');
      expect(shown).toMatch(/not ?repeat(ed)?[^]{0,60}backend\.replicas = -7/i);
    }
    rmSync(folder, { recursive: true });
    expect(repetition(run, experiment('cpu-stress'))).not.toHaveProperty('notRepeated');
  });

  it('leaves out anything that is not a setting, and a report leaves out passwords', () => {
    expect(command({ ...run, props: { ...run.props, evil: 1 } })).not.toContain('evil');
    const folder = mkdtempSync(join(tmpdir(), 'lab-secret-'));
    const postgres = { ...(run.props.postgres as object), password: 'hunter2' };
    const lines = [
      { ...run, props: { ...run.props, postgres } },
      { type: 'end', t: 1, reason: 'completed' },
    ];
    writeFileSync(join(folder, 'default.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    for (const format of FORMATS) expect(render(format, [judgeRun(folder)])).not.toContain('hunter2');
    rmSync(folder, { recursive: true });
  });
});
