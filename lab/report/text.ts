import { styleText } from 'node:util';
import type { RunEvent } from '../telemetry/events';
import type { Finding } from '../verdict/judge';
import type { Outcome, Verdict } from '../verdict/verdict';

const WIDTH = 100;
const INDENT = 16;

const COLOUR: Record<Outcome, 'green' | 'red' | 'yellow'> = {
  held: 'green',
  refuted: 'red',
  'no impact': 'yellow',
  inconclusive: 'yellow',
};
const MARK = { held: '+', refuted: '-', inconclusive: '?' } as const;

/** The final screen: the verdict first, then why, for a person who has never seen such a failure. */
export function textReport(title: string, run: RunEvent, verdict: Verdict, where: string): string {
  const { diagnosis, findings } = verdict;
  return [
    '',
    styleText('bold', `${run.experiment}: ${title}`),
    '',
    row('Verdict', headline(verdict)),
    row('What failed', diagnosis.cause),
    diagnosis.firstSymptom ? row('First symptom', sighting(diagnosis.firstSymptom)) : '',
    row('Mechanism', diagnosis.mechanism),
    row('Who suffered', diagnosis.suffered.join(', ') || 'nobody'),
    diagnosis.unharmed.length > 0 ? row('Unharmed', diagnosis.unharmed.join(', ')) : '',
    ...list('Evidence', diagnosis.evidence.map(sighting)),
    ...list(
      'Ruled out',
      diagnosis.ruledOut.map(({ cause, because }) => `${cause}: ${because}`),
    ),
    ...list('Try next', diagnosis.tryNext),
    '',
    styleText('bold', `Claims of ${run.experiment}`),
    ...findings.flatMap(claim),
    '',
    row('Limits', run.engine.limits.label),
    row('Length', lengthOf(run)),
    row('Recording', where),
    row('Judge again', `npx lab report ${where}`),
    '',
  ]
    .filter((line, index, all) => line !== '' || all[index - 1] !== '')
    .join('\n');
}

/** One line for each experiment, for the end of several. */
export function summaryLine(name: string, verdict: Verdict): string {
  return `${name.padEnd(18)}${headline(verdict)}; diagnosis: ${verdict.diagnosis.cause}`;
}

function headline({ outcome, why, findings }: Verdict): string {
  const held = findings.filter(({ result }) => result === 'held').length;
  const counts = `${held} of ${findings.length} claims seen`;
  return `${styleText(COLOUR[outcome], outcome.toUpperCase())} (${why ? `${why}; ` : ''}${counts})`;
}

function claim({ result, says, measured, because, atSeconds }: Finding): string[] {
  const colour = result === 'inconclusive' ? 'yellow' : COLOUR[result];
  const when = atSeconds === undefined ? '' : ` (at ${atSeconds} s)`;
  const lines = [`${styleText(colour, MARK[result])} ${says}`, `    ${measured}${when}`];
  return result === 'held' ? lines : [...lines, `    ${result}; the threshold is there because ${because}`];
}

function lengthOf({ length, timeScale }: RunEvent): string {
  if (length === 'full') return 'full, the original durations';
  return `compressed ${Number(timeScale.toPrecision(2))} times (plateaus and ramps shrink; rates, sizes and timeouts do not); --full runs the original`;
}

function sighting({ says, atSeconds }: { says: string; atSeconds?: number }): string {
  return atSeconds === undefined ? says : `${says}, ${atSeconds} s after the load began`;
}

function list(label: string, items: string[]): string[] {
  return items.map((item, index) => row(index === 0 ? label : '', item));
}

function row(label: string, text: string): string {
  const [first = '', ...rest] = wrap(text, WIDTH - INDENT);
  return [label.padEnd(INDENT) + first, ...rest.map((line) => ' '.repeat(INDENT) + line)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}
