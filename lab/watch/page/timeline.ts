import { button, h, setAttribute, setText } from './dom';
import type { Actions, PagePart, State } from './state';
import { clock } from './text';

const SPEEDS = [0.5, 1, 2, 5, 10, 20, 50];

export interface Playback {
  isPlaying: boolean;
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
  private drawn = '';

  constructor(
    private readonly state0: State,
    private readonly playback: () => Playback,
    actions: Actions,
  ) {
    const isLive = state0.run.setup.mode === 'live';
    this.play = button('', () => actions.togglePlaying(), { class: 'play' });
    this.range.addEventListener('input', () => actions.goTo(Number(this.range.value)));
    const speed = h(
      'select',
      { 'aria-label': 'Playback speed' },
      ...speeds(playback().speed).map((times) => h('option', { value: String(times) }, `${times} ×`)),
    );
    speed.value = String(playback().speed);
    speed.addEventListener('change', () => actions.setSpeed(Number(speed.value)));
    this.unzoom = button('Whole run', () => actions.resetZoom(), { class: 'unzoom', hidden: '' });
    this.element = h(
      'nav',
      { class: 'timeline', 'aria-label': 'Timeline' },
      this.play,
      h('div', { class: 'scrubber' }, this.track, this.range),
      this.time,
      !isLive && speed,
      this.unzoom,
    );
  }

  update(state: State): void {
    const { run, now, from, to } = state;
    const { isPlaying } = this.playback();
    const isLive = run.setup.mode === 'live';
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

  /** Marks kills, as places to go to. */
  private drawTrack({ run, arm, now }: State): void {
    const last = Math.max(run.last, 1);
    const kills = (arm?.pods ?? []).flatMap(({ reason, t }) =>
      reason === 'OOMKilled' && arm ? [arm.secondOf(t)] : [],
    );
    const isLive = this.state0.run.setup.mode === 'live';
    const seen = kills.filter((second) => second >= 0 && (isLive || second <= now));
    const drawn = [last, ...seen].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.track.replaceChildren(
      ...seen.map((second) => {
        const tick = h('span', { class: 'tick oom' });
        tick.style.left = `${(second / last) * 100}%`;
        return tick;
      }),
    );
  }
}

function speeds(wanted: number): number[] {
  return [...new Set([...SPEEDS, wanted])].sort((a, b) => a - b);
}
