import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readRecording } from '../../lab/recording/recorder';
import { collected } from '../support/collected';
import { onceMoreIf } from '../support/once-more';
import { requires } from '../support/requirements';
import { type JudgedRun, PROJECT, recordings, unseen } from './lab';

requires('k6')('predicting and running with the k6 binary as load generator', () => {
  const out = recordings();

  it('asks, records the answers before the load begins, scores them and reaches the same verdict', async () => {
    const args = ['run', 'cpu-stress', '--predict', '--load', 'k6', '--out', out, '-o', 'json'];
    const predicted = async () => {
      const child = spawn(process.execPath, [join(PROJECT, 'bin', 'lab.js'), ...args], { cwd: PROJECT });
      child.stdin.end('cpu limit\nthrottling\n2\n/api/cpu-intensive\n');
      return JSON.parse((await collected(child)).stdout)[0] as JudgedRun & {
        prediction: { parts: Record<string, string>[] };
      };
    };
    const isInconclusive = ({ outcome }: JudgedRun) => outcome === 'inconclusive';
    const verdict = await onceMoreIf(isInconclusive, predicted);
    const { prediction, outcome, diagnosis, recording } = verdict;
    expect(unseen(verdict)).toEqual([]);
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
