import { setTimeout as sleep } from 'node:timers/promises';
import { recordSeveral } from '../../lab/run/parallel';
import { secondTries } from '../../lab/run/second-tries';

const never = new AbortController().signal;

/** Records nothing, and ends on the test's command. */
class Runs {
  readonly begun: string[] = [];
  private readonly endings = new Map<string, (error?: Error) => void>();

  readonly record = (name: string): Promise<string> => {
    this.begun.push(name);
    return new Promise((resolve, reject) => {
      this.endings.set(name, (error) => (error ? reject(error) : resolve(`runs/${name}`)));
    });
  };

  async end(name: string, error?: Error): Promise<void> {
    this.endings.get(name)!(error);
    await sleep(0); // lets the resulting microtasks run
  }
}

test('as many runs as jobs are in progress at once, and the next begins when one ends', async () => {
  const [runs, told] = [new Runs(), [] as string[]];
  const all = recordSeveral(['a', 'b', 'c'], 2, runs.record, (name) => told.push(name), never);
  expect(runs.begun).toEqual(['a', 'b']);
  await runs.end('b');
  expect([runs.begun, told]).toEqual([['a', 'b', 'c'], ['b']]);
  await runs.end('c');
  await runs.end('a');
  await all;
  expect(told).toEqual(['b', 'c', 'a']);
});

test('when a run cannot be recorded, no other begins, and running ones are awaited and reported', async () => {
  const [runs, told] = [new Runs(), [] as string[]];
  const all = recordSeveral(['a', 'b', 'c'], 2, runs.record, (name) => told.push(name), never);
  const failed = expect(all).rejects.toThrow('no room');
  await runs.end('a', new Error('no room'));
  await runs.end('b');
  await failed;
  expect([runs.begun, told]).toEqual([['a', 'b'], ['b']]);
});

test('after Ctrl-C no other run begins, and the finished recordings are reported', async () => {
  const [runs, told, stop] = [new Runs(), [] as string[], new AbortController()];
  const all = recordSeveral(['a', 'b'], 1, runs.record, (_, folder) => told.push(folder), stop.signal);
  stop.abort();
  await runs.end('a');
  await all;
  expect([runs.begun, told]).toEqual([['a'], ['runs/a']]);
});

test('an inconclusive run is repeated once, and its second report counts', async () => {
  const told: string[] = [];
  const first = new Map([
    ['a', 'a: first'],
    ['b', 'b: first'],
  ]);
  const run = async (name: string): Promise<string> => `${name}: second`;
  await secondTries(first, run, (report) => told.push(report), never);
  expect(told).toEqual(['a: second', 'b: second']);
});

test('after Ctrl-C during a repeat, the first reports are shown, and nothing else runs', async () => {
  const [told, begun, stop] = [[] as string[], [] as string[], new AbortController()];
  const first = new Map([
    ['a', 'a: first'],
    ['b', 'b: first'],
  ]);
  const run = async (name: string): Promise<string> => {
    begun.push(name);
    stop.abort();
    return `${name}: interrupted`;
  };
  await secondTries(first, run, (report) => told.push(report), stop.signal);
  expect([begun, told]).toEqual([['a'], ['a: first', 'b: first']]);
});
