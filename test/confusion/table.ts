import { ALIKE } from '../../lab/verdict/alike';
import { markdownTable } from './markdown';
import type { Judgement } from './matrix';

/** Causes that look alike, and how they are told apart. */
export function alikeTable(): string {
  const told = ALIKE.map(({ causes, decidedBy }) => [causes.join(', '), decidedBy]);
  return markdownTable([['these two', 'are told apart by'], ...told]);
}

/** How often the diagnosis is right, as Markdown: sums by kind and by cause, the blind runs apart, and every run. */
export function matrixReport(known: Judgement[], blind: Judgement[]): string {
  const sections = [
    sum(known),
    ['### By kind of run', counts('kind', known, ({ kind }) => [kind])],
    [
      '### By cause',
      'A run with two causes counts for both.',
      counts('cause', known, ({ causes }) => causes),
    ],
    blind.length > 0 && [
      '### Blind runs',
      'Nobody who designed these runs had seen the rules. When they were first judged, 17 of 22 were right, 3 partly, 1 wrong (a bulkhead that refused requests, taken for a slow dependency) and 1 "cannot tell". The rules then learned from them, so this table is no longer blind.',
      rows(blind),
      sum(blind),
    ],
    ['### Every run', rows(known)],
  ];
  return sections.filter(Boolean).flat().join('\n\n');
}

const RESULTS = ['right', 'partly', 'wrong', 'cannot tell'] as const;

function counts(title: string, all: Judgement[], groupsOf: (run: Judgement['run']) => string[]): string {
  const groups = [...new Set(all.flatMap(({ run }) => groupsOf(run)))];
  const numbers = groups.map((group) => {
    const members = all.filter(({ run }) => groupsOf(run).includes(group));
    const results = RESULTS.map((result) => members.filter(({ is }) => is === result).length);
    return [group, ...[members.length, ...results, ruledOut(members)].map(String)];
  });
  return markdownTable([[title, 'runs', ...RESULTS, 'ruled out'], ...numbers]);
}

/** The number of runs in which the diagnosis rules out a cause that is there. */
function ruledOut(all: Judgement[]): number {
  return all.filter((one) => one.ruledOut.length > 0).length;
}

/** What was done, and what was found. */
function rows(all: Judgement[]): string {
  const groups = new Map<string, Judgement[]>();
  for (const one of all) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one]);
  const cells = [...groups.values()].map((group) => {
    const { run } = group[0]!;
    const times = group.length > 1 ? `, ${group.length} times` : '';
    const found = [...new Set(group.map(foundBy))].join(', ');
    return [`\`${run.name}\``, run.kind, `${run.what}${times}`, run.causes.join(' and '), found];
  });
  return markdownTable([['run', 'kind', 'what was done', 'put there', 'found'], ...cells]);
}

function foundBy({ found, is, ruledOut: out }: Judgement): string {
  const remarks = [...(is === 'right' ? [] : [is]), ...out.map((cause) => `rules out ${cause}`)];
  return remarks.length > 0 ? `**${found}** (${remarks.join('; ')})` : found;
}

function nameOf({ run: { kind, name } }: Judgement): string {
  return `${kind} ${name}`;
}

function sum(all: Judgement[]): string {
  const count = (is: Judgement['is']): number => all.filter((one) => one.is === is).length;
  const told = `${count('right')} right, ${count('partly')} partly, ${count('wrong')} wrong, ${count('cannot tell')} "cannot tell"`;
  return `${all.length} recordings: ${told}. In ${ruledOut(all)} of them, a cause that is there was ruled out.`;
}
