import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAMS, ROOT } from '../harness/paths';
import { Program } from '../harness/process';
import { type Measure, row, sideBySide } from '../harness/side-by-side';
import type { Subject } from '../harness/subject';

/** The time that a user waits before anything happens. */
export const start: Subject = {
  name: 'start',
  title: 'Starting the command line, and synthesizing manifests',
  ours: 'lab',
  theirs: 'the least',
  async measure({ host, rounds }) {
    const out = mkdtempSync(join(tmpdir(), 'lab-bench-'));
    const synth = (app: string) => ['npx', 'cdk8s', 'synth', '--output', out, '--app', `npx ts-node ${app}`];
    try {
      const help = [process.execPath, join(ROOT, 'bin/lab.js'), '--help'];
      const nothing = [process.execPath, '-e', '0'];
      const started = await sideBySide(host, 3 * rounds, wall(help), wall(nothing));
      const trivial = join(PROGRAMS, 'trivial-chart.ts');
      const synthesized = await sideBySide(host, rounds, wall(synth('main.ts')), wall(synth(trivial)));
      return [
        row('lab --help, node -e 0', 'ms', started.ms, { of: 'ours', is: '<=', value: 200 }),
        row('cdk8s synth, an app of one object', 'ms', synthesized.ms, { of: 'ratio', is: '<=', value: 1.3 }),
      ];
    } finally {
      rmSync(out, { recursive: true });
    }
  },
};

function wall(command: string[]): Measure<'ms'> {
  return async () => {
    const from = performance.now();
    await Program.start(command, { env: { CDK8S_CHECK_UPGRADE: 'false' } }).output();
    return { ms: performance.now() - from };
  };
}
