import { markdownTable } from '../markdown';
import { settingsOf } from '../../../lab/verdict/advice/advice';
import type { Result } from './results';
import { UNTRIED } from './tried';

/** What became of each piece of advice, and what was not tried, as Markdown. */
export function adviceReport(all: Result[]): string {
  const rows = all.map(({ cause, run, advice, effect, found, rounds }) => [
    cause,
    `\`${run.name}\`: ${run.what}`,
    advice.says,
    settingsOf(advice.set)
      .map((setting) => `\`${setting}\``)
      .join(', '),
    effect,
    found.join(', '),
    String(rounds),
  ]);
  const tried =
    rows.length > 0
      ? markdownTable([
          ['cause', 'run', 'advice', 'settings tried', 'result', 'cause found then', 'rounds'],
          ...rows,
        ])
      : 'Nothing has been recorded yet.';
  const untried = UNTRIED.map(({ cause, says, because }) => `- ${cause}, ${says}: ${because}.`);
  return [tried, ...(untried.length > 0 ? ['Not tried:', untried.join('\n')] : [])].join('\n\n');
}
