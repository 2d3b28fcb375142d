import type { Actions, State } from './state';

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
  { now, at, from, to, run }: State,
): boolean {
  const span = to - from;
  const step = isShifted ? 10 : 1;
  switch (key) {
    case ' ':
      actions.togglePlaying();
      return true;
    case 'ArrowLeft':
      actions.goTo(Math.floor(now) - step);
      return true;
    case 'ArrowRight':
      actions.goTo(Math.floor(now) + step);
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

function isForControl({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('select, input, textarea')) return true;
  return key === ' ' && target.closest('button, summary, a') !== null;
}
