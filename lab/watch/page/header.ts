import { button, h, setAttribute, setText } from './dom';
import type { PageConnection } from './source';
import type { Actions, PagePart, State } from './state';

const MODE = { live: 'Live', replay: 'Replay', report: 'Report' } as const;
const THEMES = ['auto', 'light', 'dark'] as const;
const KEY = 'lab-theme';

/** The title, the kind of page, the choice of arms, and the theme. */
export class HeaderPart implements PagePart {
  readonly element: HTMLElement;
  private readonly mode = h('span', { class: 'mode' });
  private readonly arms = h('div', { class: 'arms', role: 'group', 'aria-label': 'Arms' });
  private offered = '';

  constructor(
    state: State,
    private readonly actions: Actions,
    private readonly connection: () => PageConnection,
    onTheme: () => void,
  ) {
    const { experiment, title } = state.run.setup;
    this.element = h(
      'header',
      { class: 'top' },
      h(
        'div',
        { class: 'title' },
        h('p', { class: 'product' }, 'Backend Under Load'),
        h('h1', {}, experiment),
        h('p', { class: 'subtitle' }, title),
      ),
      h(
        'div',
        { class: 'tools' },
        this.mode,
        button('?', () => actions.showKeys(), { 'aria-label': 'Keys', title: 'Keys (?)' }),
        themeButton(onTheme),
      ),
      this.arms,
    );
  }

  update(state: State): void {
    const { mode } = state.run.setup;
    const connection = this.connection();
    const isOver = state.run.isWhole;
    const isAway = mode === 'live' && connection === 'waiting' && !isOver;
    setText(this.mode, isAway ? 'Reconnecting' : mode === 'live' && isOver ? 'Run is over' : MODE[mode]);
    setAttribute(this.mode, 'class', `mode ${isAway ? 'away' : mode}`);
    this.offerArms(state);
  }

  private offerArms({ run, arm, others }: State): void {
    const all = [...run.arms.values()];
    const offered =
      all.map(({ name, title }) => `${name} ${title}`).join() +
      arm?.name +
      others.map(({ name }) => name).join();
    if (offered === this.offered) return;
    this.offered = offered;
    this.arms.hidden = all.length < 2;
    this.arms.replaceChildren(
      ...all.map(({ name, title }) => {
        const isShown = name === arm?.name;
        const index = others.findIndex((other) => other.name === name);
        const choose = button(title, () => this.actions.showArm(name), {
          'aria-pressed': String(isShown),
          class: 'arm',
        });
        const overlay = button(index >= 0 ? 'overlaid' : 'overlay', () => this.actions.toggleOverlay(name), {
          'aria-pressed': String(index >= 0),
          'aria-label': `Overlay ${title} on the charts`,
          class: `overlay${index >= 0 ? ` arm-${(index % 4) + 1}` : ''}`,
        });
        return h('span', { class: 'arm-choice' }, choose, !isShown && overlay);
      }),
    );
  }
}

function themeButton(onTheme: () => void): HTMLElement {
  const apply = (theme: string): void => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    setText(element, { auto: '◐ Auto', light: '☀ Light', dark: '☾ Dark' }[theme] ?? theme);
  };
  const element = button(
    '',
    () => {
      const next = THEMES[(THEMES.indexOf(stored()) + 1) % THEMES.length] as string;
      store(next);
      apply(next);
      onTheme();
    },
    { class: 'theme', title: 'Light or dark' },
  );
  apply(stored());
  return element;
}

function stored(): (typeof THEMES)[number] {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function store(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Where nothing can be stored, the choice lasts as long as the page.
  }
}
