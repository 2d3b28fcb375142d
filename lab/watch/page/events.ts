import { type PodEvent, PODS_PLACE } from '../protocol';
import { button, h } from './dom';
import { eventsOf, incidentOf, isKill } from './pods';
import type { Actions, PagePart, State } from './state';
import { clock, MARK } from './text';

/** Told besides everything that a container went through. */
const TOLD: PodEvent['reason'][] = ['BackOff', 'Ready', 'Unready', 'SuccessfulRescale', 'Started'];

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
      ...rows.map(({ second, text, kind, places }) =>
        h(
          'li',
          { class: kind },
          button(clock(second), () => this.actions.jump(second, places), {
            class: 'moment',
            'aria-label': `Go to ${clock(second)}: ${text}`,
          }),
          ` ${text}`,
        ),
      ),
    );
  }
}

interface Row {
  second: number;
  text: string;
  kind: 'phase' | 'bad' | 'plain' | 'good';
  places: string[];
}

function rowsOf({ run, arm, now }: State): Row[] {
  if (!arm) return [];
  const begin: Row = { second: 0, text: 'The load begins.', kind: 'phase', places: [] };
  const pods = arm.pods.flatMap((event): Row[] => {
    const { t, pod, message, reason } = event;
    const incident = incidentOf(event, eventsOf(arm, pod));
    if (!incident && !TOLD.includes(reason)) return [];
    const kind = isKill(incident) ? 'bad' : 'plain';
    return [{ second: arm.secondOf(t), text: `${pod}: ${message}`, kind, places: [PODS_PLACE] }];
  });
  const findings = [...arm.findings.values()].map(({ second, finding: { id, result, says } }): Row => {
    const places = run.setup.claims.find((claim) => claim.id === id)?.places ?? [];
    const kind = result === 'held' ? 'good' : 'bad';
    return { second, text: `${MARK[result]} ${result}: ${says}`, kind, places };
  });
  return [begin, ...pods, ...findings]
    .filter(({ second }) => second >= 0 && second <= now)
    .sort((a, b) => a.second - b.second);
}
