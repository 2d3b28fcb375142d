import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { experimentNames } from '../../lab/cli/experiments';
import { drawRun } from '../../lab/cli/mystery/draw';
import { readRecording } from '../../lab/telemetry/recorder';
import { collected } from '../support/collected';
import { onceMoreIf } from '../support/once-more';
import { type JudgedRun, lab, PROJECT, recordings } from './lab';

describe('predict, then run, with the k6 binary as load generator', () => {
  const out = recordings();

  it('asks, writes the answers down before the load begins, scores them, and reaches the same verdict', async () => {
    const args = ['run', 'cpu-stress', '--predict', '--load', 'k6', '--out', out, '-o', 'json'];
    const predicted = async () => {
      const child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), ...args], { cwd: PROJECT });
      child.stdin.end('cpu limit\nthrottling\n2\n/api/cpu-intensive\n');
      return JSON.parse((await collected(child)).stdout)[0] as JudgedRun & {
        prediction: { parts: Record<string, string>[] };
      };
    };
    const isInconclusive = ({ outcome }: JudgedRun) => outcome === 'inconclusive';
    const { prediction, outcome, diagnosis, recording } = await onceMoreIf(isInconclusive, predicted);
    expect([outcome, diagnosis.cause]).toEqual(['held', 'cpu limit']);
    const marks = Object.fromEntries(prediction.parts.map(({ part, mark }) => [part, mark]));
    expect(marks).toMatchObject({ cause: 'right', at: 'right', victim: 'right' });
    const events = readRecording(join(recording, 'default.jsonl'));
    const order = events
      .filter(({ type }) => type === 'prediction' || type === 'requests')
      .map(({ type }) => type);
    expect(order.indexOf('prediction')).toBe(0);
    expect(order).toContain('requests');
  });
});

describe('a mystery that is run', () => {
  const out = recordings();
  const seed = Array.from({ length: 1000 }, (_, i) => i).find(
    (candidate) => drawRun(candidate, experimentNames()).name === 'io-stress',
  )!;

  it('hides its name from terminal and path, and is solved from its signals', async () => {
    const args = ['mystery', '--seed', String(seed), '--answer', 'slow I/O only', '--out', out];
    const { code, stdout, stderr } = await onceMoreIf(
      ({ code }) => code === 3,
      () => lab(args),
    );
    expect(code).toBe(0);
    expect(stderr).not.toContain('io-stress');
    expect(stdout.slice(0, stdout.indexOf('Your answer'))).not.toContain('io-stress');
    expect(stdout).toContain('io-stress: Slow I/O is only slow');
    const names = readdirSync(out);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !/-mystery-[0-9a-f]{8}$/.test(name))).toEqual([]);
  });
});
