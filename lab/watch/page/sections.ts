import type { RequestRole, SetupMessage } from '../protocol';
import type { ChartPart } from './chart';
import { h, type Child } from './dom';
import { capital } from './text';

export function section(id: string, title: string, ...children: Child[]): HTMLElement {
  return h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title` }, title),
    ...children,
  );
}

const WHO: Record<RequestRole, string> = {
  aggressor: 'Aggressor',
  victim: 'Victim',
  control: 'Control',
};

/** One column per role, so that you see the victim beside the aggressor. */
export function clientCharts({ roles }: SetupMessage, charts: ChartPart[]): HTMLElement {
  const columns = (Object.entries(roles) as [RequestRole, string][]).map(([role, label]) =>
    h(
      'div',
      { class: 'role-column' },
      h('h3', { class: 'role' }, h('span', { class: `who ${role}` }, WHO[role]), ` ${capital(label)}`),
      ...charts.filter(({ chart }) => chart.role === role).map(({ element }) => element),
    ),
  );
  return h('div', { class: `roles of-${columns.length}` }, ...columns);
}

/** The lesson is HTML made from the experiment's own README. Markup in the README was escaped there. */
export function lesson({ lesson: html }: SetupMessage): HTMLElement {
  const element = h('div', { class: 'lesson' });
  element.innerHTML = html;
  // They scroll on a narrow screen, which must work by keyboard, too.
  for (const code of element.querySelectorAll('pre')) code.tabIndex = 0;
  return element;
}
