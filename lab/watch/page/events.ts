import type { PodEvent } from '../protocol';
import { button, h } from './dom';
import type { Actions, PagePart, State } from './state';
import { clock, MARK } from './text';

const TOLD: PodEvent['reason'][] = [
  'OOMKilled',
  'Error',
  'BackOff',
  'Evicted',
  'Ready',
  'Unready',
  'SuccessfulRescale',
  'Started',
];

/** The events in words and in order, for people who do not see the charts. */
export class EventsPart implements PagePart {
  readonly element = h('ol', { class: 'events' });
  private told = '';

  constructor(private readonly actions: Actions) {}

  update(state: State): void {
    const rows = rowsOf(state);
    const told = rows.map(({ second, text }) => `${second} ${text}`).join('\n');
    if (told === this.told) return;
    this.told = told;
    this.element.replaceChildren(
      ...rows.map(({ second, text, kind }) =>
        h(
          'li',
          { class: kind },
          button(clock(second), () => this.actions.jump(second), {
            class: 'moment',
            'aria-label': `Go to ${clock(second)}: ${text}`,
          }),
          ` ${text}`,
        ),
      ),
    );
  }
}

function rowsOf({ run, arm, now, isOver }: State): { second: number; text: string; kind: string }[] {
  if (!arm) return [];
  const begin = { second: 0, text: 'The load begins.', kind: 'phase' };
  const pods = arm.pods
    .filter(({ reason }) => TOLD.includes(reason))
    .map(({ t, pod, message, reason }) => ({
      second: arm.secondOf(t),
      text: `${pod}: ${message}`,
      kind: ['OOMKilled', 'Error', 'Evicted'].includes(reason) ? 'bad' : 'plain',
    }))
    .filter(({ second }) => second >= 0 && (arm.loadTo === undefined || second <= arm.last));
  const findings = [...run.findings.values()].map(({ second, finding: { result, says } }) => ({
    second,
    text: `${MARK[result]} ${result}: ${says}`,
    kind: result === 'held' ? 'good' : 'bad',
  }));
  return [begin, ...pods, ...findings]
    .filter(({ second }) => second <= now || isOver)
    .sort((a, b) => a.second - b.second);
}
