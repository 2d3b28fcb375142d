import { button, h, setAttribute, setText } from './dom';
import type { Actions, PagePart, State } from './state';
import { capital, clock, MARK, sentence } from './text';

/** The experiment's claims as a list, decided line by line. */
export class ClaimsPart implements PagePart {
  readonly element: HTMLElement;
  private readonly rows: {
    mark: HTMLElement;
    measured: HTMLElement;
    why: HTMLElement;
    row: HTMLElement;
    moment: HTMLButtonElement;
  }[];

  constructor(state: State, actions: Actions) {
    this.rows = state.run.setup.claims.map(({ id, says, because, places }) => {
      const mark = h('span', { class: 'mark-sign' }, MARK.open);
      const measured = h('p', { class: 'measured' });
      const why = h('p', { class: 'because' }, sentence(`reason for the threshold: ${because}`));
      const moment = button('', () => this.jump(id, places, actions), { class: 'moment', hidden: '' });
      const row = h(
        'li',
        { class: 'claim' },
        mark,
        h('div', {}, h('p', { class: 'says' }, capital(says), ' ', moment), measured, why),
      );
      return { mark, measured, why, row, moment };
    });
    this.element = h('ol', { class: 'claims' }, ...this.rows.map(({ row }) => row));
  }

  private state?: State;

  update(state: State): void {
    this.state = state;
    const { run, arm, now } = state;
    run.setup.claims.forEach(({ id }, index) => {
      const { mark, measured, why, row, moment } = this.rows[index] as (typeof this.rows)[number];
      const found = arm?.findingBy(id, now)?.finding;
      const result = found?.result ?? 'open';
      setText(mark, MARK[result]);
      setAttribute(mark, 'aria-label', result === 'open' ? 'not decided yet' : result);
      setAttribute(mark, 'role', 'img');
      setAttribute(row, 'data-result', result);
      setText(measured, found?.measured ?? '');
      why.hidden = result === 'held';
      const at = found?.atSeconds;
      moment.hidden = at === undefined;
      if (at !== undefined) {
        setText(moment, clock(at));
        setAttribute(moment, 'aria-label', `Show in the charts: ${clock(at)} after the load began`);
      }
    });
  }

  private jump(id: string, places: string[], actions: Actions): void {
    const at = this.state?.arm?.findings.get(id)?.finding.atSeconds;
    if (at !== undefined) actions.jump(at, places);
  }
}
