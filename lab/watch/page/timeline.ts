import { button, h, setAttribute, setText } from './dom';
import { incidentsOf, isKill } from './pods';
import type { Actions, PagePart, State } from './state';
import { clock } from './text';

const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50];

export interface Playback {
  now: number;
  isPlaying: boolean;
  isLive: boolean;
  speed: number;
}

/** Play, pause and go to any moment, the same for a live run, a replay and a report. */
export class TimelinePart implements PagePart {
  readonly element: HTMLElement;
  private readonly play: HTMLButtonElement;
  private readonly range = h('input', {
    type: 'range',
    min: '0',
    step: '1',
    'aria-label': 'Position in the run',
  });
  private readonly time = h('output', { class: 'time' });
  private readonly track = h('div', { class: 'track', 'aria-hidden': 'true' });
  private readonly unzoom: HTMLButtonElement;
  private readonly speed: HTMLSelectElement;
  private drawn = '';

  constructor(
    private readonly playback: () => Playback,
    actions: Actions,
  ) {
    this.play = button('', () => actions.togglePlaying(), { class: 'play' });
    this.range.addEventListener('input', () => actions.goTo(Number(this.range.value)));
    this.speed = h(
      'select',
      { 'aria-label': 'Playback speed' },
      ...speeds(playback().speed).map((times) => h('option', { value: String(times) }, `${times} ×`)),
    );
    this.speed.value = String(playback().speed);
    this.speed.addEventListener('change', () => actions.setSpeed(Number(this.speed.value)));
    this.unzoom = button('Whole run', () => actions.resetZoom(), { class: 'unzoom', hidden: '' });
    this.element = h(
      'nav',
      { class: 'timeline', 'aria-label': 'Timeline' },
      this.play,
      h('div', { class: 'scrubber' }, this.track, this.range),
      this.time,
      this.speed,
      this.unzoom,
    );
  }

  update(state: State): void {
    const { run, from, to } = state;
    const { now, isPlaying, isLive } = this.playback();
    this.speed.hidden = isLive;
    const label = isLive ? (isPlaying ? 'Pause' : 'Follow the run') : isPlaying ? 'Pause' : 'Play';
    setText(this.play, isPlaying ? '❚❚' : '▶');
    setAttribute(this.play, 'aria-label', label);
    setAttribute(this.play, 'title', `${label} (space)`);
    setAttribute(this.range, 'max', String(Math.max(run.last, 1)));
    const second = Math.floor(now);
    if (Number(this.range.value) !== second) this.range.value = String(second);
    setAttribute(this.range, 'aria-valuetext', `${clock(second)} after the load began`);
    setText(this.time, `${clock(now)} / ${clock(run.last)}`);
    this.unzoom.hidden = from === 0 && to >= run.until;
    this.drawTrack(state);
  }

  /** Marks what ended a container, with a name. */
  private drawTrack({ run, arm, now }: State): void {
    const last = Math.max(run.last, 1);
    const kills = arm ? incidentsOf(arm, now).filter(({ incident }) => isKill(incident)) : [];
    const ticks = kills.flatMap(({ event, incident: { kind, says } }) => {
      const second = arm?.secondOf(event.t) ?? -1;
      return second < 0 ? [] : [{ second, kind, title: `${event.pod} ${says} at ${clock(second)}` }];
    });
    const drawn = [last, ...ticks.map(({ title }) => title)].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.track.replaceChildren(
      ...ticks.map(({ second, kind, title }) => {
        const tick = h('span', { class: `tick ${kind}`, title });
        tick.style.left = `${(second / last) * 100}%`;
        return tick;
      }),
    );
  }
}

function speeds(wanted: number): number[] {
  return [...new Set([...SPEEDS, wanted])].sort((a, b) => a - b);
}
