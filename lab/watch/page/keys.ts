import { button, h } from './dom';
import type { Actions, State } from './state';

const HELP: [keys: string, does: string][] = [
  ['space', 'plays and pauses; follows a live run again'],
  ['← →', 'one second back or forward; ten with shift'],
  ['Home, End', 'to the beginning or the end'],
  ['+, or drag over a chart', 'zooms in, the same in all charts'],
  ['-', 'zooms out'],
  ['0, or double click', 'shows the whole run'],
  ['scroll sideways over a chart', 'moves along, when zoomed in'],
  ['?', 'shows these keys'],
];

/** The keys, in a window over the page. */
export class KeysPart {
  readonly element: HTMLDialogElement;

  constructor() {
    const close = button('Close', () => this.element.close());
    this.element = h(
      'dialog',
      { class: 'keys', 'aria-labelledby': 'keys-title' },
      h('h2', { id: 'keys-title' }, 'Keys'),
      h('dl', {}, ...HELP.flatMap(([key, does]) => [h('dt', {}, key), h('dd', {}, does)])),
      close,
    );
  }

  open(): void {
    if (!this.element.open) this.element.showModal();
  }
}

/** Keys that work unless a control uses them. */
export function keys(actions: Actions, state: () => State, signal: AbortSignal): void {
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isForControl(event)) return;
      if (press(event.key, event.shiftKey, actions, state())) event.preventDefault();
    },
    { signal },
  );
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && actions.hover(undefined), { signal });
  document.addEventListener('wheel', (event) => pan(event, actions, state()), { signal, passive: true });
}

function press(
  key: string,
  isShifted: boolean,
  actions: Actions,
  { now, at, marker = now, from, to, run }: State,
): boolean {
  const span = to - from;
  const step = isShifted ? 10 : 1;
  switch (key) {
    case ' ':
      actions.togglePlaying();
      return true;
    case 'ArrowLeft':
      actions.goTo(Math.floor(marker) - step);
      return true;
    case 'ArrowRight':
      actions.goTo(Math.floor(marker) + step);
      return true;
    case 'Home':
      actions.goTo(0);
      return true;
    case 'End':
      actions.goTo(run.last);
      return true;
    case '+':
      actions.zoom(at - span / 4, at + span / 4);
      return true;
    case '-':
      actions.zoom(from - span / 2, to + span / 2);
      return true;
    case '0':
      actions.resetZoom();
      return true;
    case '?':
      actions.showKeys();
      return true;
    default:
      return false;
  }
}

/** Moves sideways in a chart that is zoomed in. */
function pan({ deltaX, target }: WheelEvent, actions: Actions, { from, to, run }: State): void {
  const isOverPlot = target instanceof Element && target.closest('.plot, .strip') !== null;
  if (!isOverPlot || deltaX === 0 || to - from >= run.until) return;
  const move = (deltaX / target.clientWidth) * (to - from);
  const begin = Math.min(Math.max(from + move, 0), run.until - (to - from));
  actions.zoom(begin, begin + (to - from));
}

/** The keys that each kind of control uses itself. All others belong to the page. */
const USED: [controls: string, keys: RegExp][] = [
  ['dialog, textarea, input:not([type=range], [type=radio], [type=checkbox])', /./],
  ['input[type=range]', /^(Arrow|Home|End|Page)/],
  ['input[type=radio], input[type=checkbox]', /^(Arrow.*| )$/],
  // A letter or digit goes to the option that begins with it.
  ['select', /^(Arrow.*|Page.*|Home|End|Enter|[\w. ])$/],
  ['button, summary, a', /^ $/],
];

function isForControl({ target, key }: KeyboardEvent): boolean {
  return (
    target instanceof Element &&
    USED.some(([controls, keys]) => keys.test(key) && target.closest(controls) !== null)
  );
}
