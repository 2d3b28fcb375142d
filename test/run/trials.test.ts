import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { ordered, recordingsIn, setAside, trialFile } from '../../lab/run/trials';

test('every item runs once in each repeat, in the order A B, B A, A B', () => {
  expect(ordered(['a', 'b'], 3).map(({ item, repeat }) => `${item}${repeat}`)).toEqual([
    'a1',
    'b1',
    'b2',
    'a2',
    'a3',
    'b3',
  ]);
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(), { maxLength: 8 }),
      fc.integer({ min: 1, max: 6 }),
      (items, repeats) => {
        const plan = ordered(items, repeats);
        const once = new Set(plan.map(({ item, repeat }) => `${item} ${repeat}`));
        expect(once.size).toBe(items.length * repeats);
        expect(plan).toHaveLength(once.size);
      },
    ),
  );
});

test('a recording set aside is kept but no longer read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-trials-'));
  const file = trialFile(folder, 'timeout', 2);
  for (const text of ['first', 'second']) {
    writeFileSync(file, text);
    setAside(file);
  }
  expect(recordingsIn(folder)).toEqual([]);
  expect(readdirSync(folder).sort()).toEqual(['timeout.2.jsonl.1.set-aside', 'timeout.2.jsonl.2.set-aside']);
  rmSync(folder, { recursive: true });
});
