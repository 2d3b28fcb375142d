import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CAUSES } from '../../lab/verdict/causes';
import { blindJudgements, judgements } from './matrix';
import { alikeTable, matrixReport } from './table';

const all = judgements();

test.each(all.map((one) => [one.run.name, one] as const))(
  'the diagnosis names no wrong cause in %s and rules out none that is there',
  (_, { run, found, is, ruledOut }) => {
    expect({ put: run.causes, found, is, ruledOut }).toMatchObject({
      is: expect.stringMatching(/^(right|partly|cannot tell)$/),
      ruledOut: [],
    });
  },
);

test('at most one diagnosis in ten is incomplete or "cannot tell"', () => {
  expect(all.length).toBeGreaterThanOrEqual(100);
  expect(all.filter(({ is }) => is !== 'right').length).toBeLessThanOrEqual(all.length / 10);
});

test.each([...new Set(CAUSES.map(({ name }) => name))])('at least five runs have the cause %s', (name) => {
  expect(all.filter(({ run }) => run.causes.includes(name)).length).toBeGreaterThanOrEqual(5);
});

test.each([
  ['matrix', () => matrixReport(all, blindJudgements())],
  ['table of causes that look alike', alikeTable],
])('the %s in docs/diagnosis.md is up to date', (_, table) => {
  expect(readFileSync(resolve(__dirname, '../../docs/diagnosis.md'), 'utf8')).toContain(table());
});
