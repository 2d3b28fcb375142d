import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from '../../lab/recording/recorder';
import { Recording } from '../../lab/recording/recording';
import type { Happening, LabelledRun } from '../confusion/labelled';
import { recordRun } from '../confusion/recorder/record-run';
import { requires } from '../support/requirements';
import { lab } from './lab';

const folder = mkdtempSync(join(tmpdir(), 'lab-labelled-'));
beforeAll(() => lab(['list'])); // compiles what a source file is newer than
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runWith = (name: string, happens: Happening[]): LabelledRun => ({
  name,
  what: 'a test',
  kind: 'plain',
  causes: [],
  load: {
    seconds: 8,
    users: ['/api/fast', '/api/price', '/api/order'].map((path) => ({ path, rate: 10, timeoutSeconds: 2 })),
  },
  happens,
});

requires('root', 'cgroup-v1')('a labelled run', () => {
  it('records what happens to the processes of each app', async () => {
    const file = join(folder, 'happens.jsonl.gz');
    const run = runWith('happens', [
      { at: 1, do: 'freeze', app: 'downstream', seconds: 3 },
      { at: 2, do: 'sql', text: 'lock table orders in access exclusive mode', seconds: 3 },
      { at: 6, do: 'keep dead', app: 'backend' },
    ]);
    await recordRun(run, file, new AbortController().signal);
    const { requests, pods } = Recording.of(readRecording(file));
    const outcomes = new Set(requests.map(({ name, outcome }) => `${name} ${outcome}`));
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['/api/price timeout', '/api/order timeout', '/api/fast refused']),
    );
    const exits = pods.filter(({ reason }) => reason === 'Error').map(({ app, exitCode }) => [app, exitCode]);
    expect(exits).toEqual([
      ['backend', 137],
      ['backend', 137],
    ]);
  });

  it('fails and stores nothing when something did not happen', async () => {
    const file = join(folder, 'missing.jsonl.gz');
    const run = runWith('missing', [{ at: 1, do: 'kill', app: 'backend', pod: 3 }]);
    await expect(recordRun(run, file, new AbortController().signal)).rejects.toThrow(
      'kill backend 3 at 1 s did not take place',
    );
    expect(existsSync(file)).toBe(false);
  });

  it('fails with the words of the database for a statement that it refuses', async () => {
    const run = runWith('refused', [{ at: 1, do: 'sql', text: 'select nothing' }]);
    await expect(
      recordRun(run, join(folder, 'refused.jsonl.gz'), new AbortController().signal),
    ).rejects.toThrow('column "nothing" does not exist');
  });
});
