import { PassThrough } from 'node:stream';
import { LogLines } from '../../../lab/engine/local/log-lines';
import { eventually } from '../../support/eventually';

test('a flood of lines is cut to 50 per second, and the number of omitted lines is reported', () => {
  let now = 0;
  const emitted: string[] = [];
  const log = new LogLines(
    (line) => emitted.push(line),
    () => now,
  );
  for (let index = 0; index < 120; index++) log.push(`line ${index}`);
  expect(emitted).toHaveLength(50);
  now = 1000;
  log.push('later');
  expect(emitted.slice(50)).toEqual(['(70 more lines in a second, left out)', 'later']);
});

test('an error message gets the last lines, even those omitted from the stream', () => {
  const log = new LogLines(
    () => undefined,
    () => 0,
  );
  for (let index = 0; index < 120; index++) log.push(`line ${index}`);
  expect(log.tail.at(-1)).toBe('line 119');
  expect(log.tail).toHaveLength(12);
});

test('output is read line by line, and an endless line is cut', async () => {
  const emitted: string[] = [];
  const output = new PassThrough();
  new LogLines((line) => emitted.push(line)).read(output);
  output.end(`one\r\ntwo\n${'x'.repeat(5000)}\nwithout an end`);
  await eventually('four lines', () => emitted.length === 4);
  expect(emitted).toEqual(['one', 'two', `${'x'.repeat(2000)}…`, 'without an end']);
});
