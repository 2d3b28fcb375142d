import { button, colour, h, setText } from './dom';
import { stretches } from './gaps';
import { changesState, eventsOf, incidentsOf, podsOf, stateAfter, statusOf } from './pods';
import type { Arm } from './run';
import type { Actions, PagePart, State } from './state';
import { clock, shown } from './text';

const HEIGHT = 40;

/** One lane for each pod: when it was ready, its CPU and memory, its kills and restarts. */
export class LanesPart implements PagePart {
  readonly element = h('div', { class: 'lanes', tabindex: '-1' });
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly actions: Actions,
    private readonly version: () => number,
  ) {}

  update(state: State): void {
    const { arm } = state;
    const pods = arm ? podsOf(arm).map(({ pod }) => pod) : [];
    const names = pods.map((pod) => `${arm?.name} ${pod}`);
    for (const [name, lane] of this.lanes) {
      if (names.includes(name)) continue;
      lane.element.remove();
      this.lanes.delete(name);
    }
    pods.forEach((pod, index) => {
      const name = names[index] as string;
      let lane = this.lanes.get(name);
      if (!lane) this.lanes.set(name, (lane = new Lane(pod, this.actions, this.version)));
      const at = this.element.children[index] ?? null;
      if (at !== lane.element) this.element.insertBefore(lane.element, at);
      lane.update(state);
    });
  }

  rebuild(): void {
    for (const lane of this.lanes.values()) lane.repaint();
  }

  print(isPrinting: boolean): void {
    for (const lane of this.lanes.values()) lane.print(isPrinting);
  }
}

class Lane implements PagePart {
  readonly element: HTMLElement;
  private readonly canvas = h('canvas', { 'aria-hidden': 'true' });
  private readonly marks = h('div', { class: 'marks' });
  private readonly marker = h('span', { class: 'marker', hidden: '', 'aria-hidden': 'true' });
  private readonly figures = h('span', { class: 'value' });
  private readonly status = h('span', { class: 'status' });
  private isVisible = false;
  private isPrinting = false;
  private painted = '';
  private marked = '';
  private state?: State;

  constructor(
    private readonly pod: string,
    private readonly actions: Actions,
    private readonly version: () => number,
  ) {
    const strip = h(
      'div',
      { class: 'strip' },
      h('div', { class: 'area' }, this.canvas, this.marks, this.marker),
    );
    const head = h(
      'div',
      { class: 'lane-head' },
      h('span', { class: 'pod' }, pod),
      this.status,
      this.figures,
    );
    this.element = h('section', { class: 'lane', 'aria-label': `pod ${pod}` }, head, strip);
    new IntersectionObserver(([entry]) => {
      this.isVisible = entry?.isIntersecting ?? false;
      this.paint();
    }).observe(strip);
    new ResizeObserver(() => this.repaint()).observe(strip);
  }

  update(state: State): void {
    this.state = state;
    const { arm, at, marker, from, to } = state;
    if (!arm) return;
    const happened = eventsOf(arm, this.pod, at);
    setText(this.status, statusOf(happened));
    this.element.dataset['state'] = stateAfter(happened);
    this.marker.hidden = marker === undefined || marker < from || marker > to;
    if (marker !== undefined) this.marker.style.left = percent(marker, state);
    const read = (signal: string): string => shown(this.value(arm, signal, at), 'share');
    setText(this.figures, `CPU ${read('cpu_limit_share')} · memory ${read('memory_limit_share')}`);
    this.paint();
  }

  /** On paper, nothing is out of sight. */
  print(isPrinting: boolean): void {
    this.isPrinting = isPrinting;
    this.repaint();
  }

  repaint(): void {
    this.painted = '';
    this.paint();
  }

  private curve(arm: Arm, signal: string): number {
    return arm.curves.findIndex((curve) => curve.pod === this.pod && curve.signal === signal);
  }

  private value(arm: Arm, signal: string, at: number): number | null {
    return arm.recent(this.curve(arm, signal), at);
  }

  private paint(): void {
    const { state, canvas } = this;
    if (!state?.arm) return;
    const { arm, now, from, to } = state;
    const width = canvas.parentElement?.clientWidth ?? 0;
    const x = (second: number): number => ((second - from) / (to - from)) * width;
    const wanted = [this.version(), Math.floor(now), from, to, width].join('|');
    // Marks are always placed, for screen readers, too; curves are drawn only where they are visible.
    if (wanted !== this.marked) this.placeMarks(state);
    this.marked = wanted;
    if (!(this.isVisible || this.isPrinting) || width === 0 || wanted === this.painted) return;
    this.painted = wanted;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = HEIGHT * devicePixelRatio;
    const ctx = canvas.getContext('2d');
    if (!ctx) return;
    ctx.scale(devicePixelRatio, devicePixelRatio);
    paintBackgrounds(ctx, arm, this.pod, now, x);
    paintCurve(ctx, arm, this.curve(arm, 'memory_limit_share'), state, x, colour('tone-third'), true);
    paintCurve(ctx, arm, this.curve(arm, 'cpu_limit_share'), state, x, colour('tone-first'), false);
  }

  private placeMarks(state: State): void {
    const { arm, now, from, to } = state;
    if (!arm) return;
    const incidents = incidentsOf(arm, Math.min(now, to)).filter(
      ({ event }) => event.pod === this.pod && arm.secondOf(event.t) >= Math.max(from, 0),
    );
    this.marks.replaceChildren(
      ...incidents.map(({ event, incident: { kind, sign, says } }) => {
        const second = arm.secondOf(event.t);
        const label = `${this.pod} ${says} at ${clock(second)}`;
        const mark = button(sign, () => this.actions.goTo(second), {
          class: `mark ${kind}`,
          'aria-label': label,
          title: `${label}: ${event.message}`,
        });
        mark.style.left = percent(second, state);
        // Near the end, its label would leave the lane.
        if ((second - from) / (to - from) > 0.8) mark.classList.add('to-the-left');
        return mark;
      }),
    );
  }
}

/** Where a second is in a strip, for any width: on paper it is another than on the screen. */
function percent(second: number, { from, to }: State): string {
  return `${((second - from) / (to - from)) * 100}%`;
}

function paintBackgrounds(
  ctx: CanvasRenderingContext2D,
  arm: Arm,
  pod: string,
  now: number,
  x: (second: number) => number,
): void {
  const events = eventsOf(arm, pod).filter(changesState);
  events.forEach((event, index) => {
    const begin = arm.secondOf(event.t);
    const next = events[index + 1];
    const end = Math.min(next ? arm.secondOf(next.t) : now, now);
    if (end <= begin) return;
    const state = stateAfter([event]);
    ctx.fillStyle = colour(`lane-${state}`);
    ctx.fillRect(x(begin), 0, x(end) - x(begin), HEIGHT);
    if (state === 'unready') hatch(ctx, x(begin), x(end));
  });
}

/** So that the state does not show by color alone. */
function hatch(ctx: CanvasRenderingContext2D, left: number, right: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, 0, right - left, HEIGHT);
  ctx.clip();
  ctx.strokeStyle = colour('lane-hatch');
  ctx.lineWidth = 1;
  ctx.beginPath();
  for (let at = left - HEIGHT; at < right; at += 7) {
    ctx.moveTo(at, HEIGHT);
    ctx.lineTo(at + HEIGHT, 0);
  }
  ctx.stroke();
  ctx.restore();
}

/** Draws a share of the limit, from the bottom to the top of the lane. */
function paintCurve(
  ctx: CanvasRenderingContext2D,
  arm: Arm,
  curve: number,
  { now, from }: State,
  x: (second: number) => number,
  paint: string,
  isFilled: boolean,
): void {
  const column = arm.columns[curve];
  if (!column) return;
  const y = (value: number): number => HEIGHT - 1 - Math.min(value, 1.05) * (HEIGHT - 4);
  const first = Math.max(arm.rowsUntil(from) - 1, 0);
  const seconds = arm.seconds.slice(first, arm.rowsUntil(now));
  const points = seconds.map((second, index): [number, number | null] => [
    Math.round(x(second)),
    column[first + index] ?? null,
  ]);
  ctx.strokeStyle = ctx.fillStyle = paint;
  ctx.lineWidth = 1.5;
  for (const stretch of stretches(points)) {
    const [begin, end] = [stretch[0]![0], stretch.at(-1)![0] + 1];
    const path = new Path2D();
    stretch.forEach(([at, value], index) =>
      index === 0 ? path.moveTo(at, y(value)) : path.lineTo(at, y(value)),
    );
    // Makes a single point visible.
    path.lineTo(end, y(stretch.at(-1)![1]));
    ctx.stroke(path);
    if (!isFilled) continue;
    path.lineTo(end, HEIGHT);
    path.lineTo(begin, HEIGHT);
    ctx.globalAlpha = 0.25;
    ctx.fill(path);
    ctx.globalAlpha = 1;
  }
}
