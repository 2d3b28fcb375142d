import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { judgements } from './matrix';
import { matrixTable } from './table';

const all = judgements();

test.each(all.map((one) => [one.run.name, one] as const))(
  'the diagnosis names no wrong cause in %s',
  (_, { run, found, is }) => {
    expect({ put: run.causes, found, is }).toMatchObject({
      is: expect.stringMatching(/^(right|partly|cannot tell)$/),
    });
  },
);

test('at most one diagnosis in ten is incomplete or "cannot tell"', () => {
  expect(all.length).toBeGreaterThanOrEqual(100);
  expect(all.filter(({ is }) => is !== 'right').length).toBeLessThanOrEqual(all.length / 10);
});

test('the matrix in docs/diagnosis.md matches the committed recordings', () => {
  expect(readFileSync(resolve(__dirname, '../../docs/diagnosis.md'), 'utf8')).toContain(matrixTable(all));
});
