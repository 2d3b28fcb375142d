import type { PodEvent } from '../protocol';
import { GUTTER, RIGHT_GUTTER } from './chart';
import { button, colour, h, setText } from './dom';
import type { Arm } from './run';
import type { Actions, PagePart, State } from './state';
import { clock, shown } from './text';

const HEIGHT = 40;

/** Events that get a mark in the lane, with its sign and its look. */
const MARKS: Partial<Record<PodEvent['reason'], { sign: string; kind: string; says: string }>> = {
  OOMKilled: { sign: '✕ OOMKilled', kind: 'oom', says: 'was OOMKilled' },
  Error: { sign: '✕ Error', kind: 'oom', says: 'ended with an error' },
  Started: { sign: '↻', kind: 'restart', says: 'was restarted' },
  Killing: { sign: '■', kind: 'killing', says: 'is being stopped' },
};

type LaneState = 'waiting' | 'ready' | 'unready';

/** The state of a pod after such an event. */
const LANE_STATE: Partial<Record<PodEvent['reason'], LaneState>> = {
  Scheduled: 'waiting',
  Started: 'waiting',
  Ready: 'ready',
  Unready: 'unready',
  OOMKilled: 'unready',
  Error: 'unready',
  Killing: 'unready',
};

/** One lane for each pod: when it was ready, its CPU and memory, its kills and restarts. */
export class LanesPart implements PagePart {
  readonly element = h('div', { class: 'lanes' });
  private readonly lanes = new Map<string, Lane>();

  constructor(
    private readonly actions: Actions,
    private readonly version: () => number,
  ) {}

  update(state: State): void {
    const { arm } = state;
    const pods = arm ? podsOf(arm) : [];
    const names = pods.map((pod) => `${arm?.name} ${pod}`);
    for (const [name, lane] of this.lanes) {
      if (names.includes(name)) continue;
      lane.element.remove();
      this.lanes.delete(name);
    }
    pods.forEach((pod, index) => {
      const name = names[index] as string;
      if (!this.lanes.has(name)) {
        const lane = new Lane(pod, this.actions, this.version);
        this.lanes.set(name, lane);
        this.element.append(lane.element);
      }
      this.lanes.get(name)?.update(state);
    });
  }

  rebuild(): void {
    for (const lane of this.lanes.values()) lane.repaint();
  }

  showAll(): void {
    for (const lane of this.lanes.values()) lane.showAll();
  }
}

class Lane implements PagePart {
  readonly element: HTMLElement;
  private readonly canvas = h('canvas', { 'aria-hidden': 'true' });
  private readonly marks = h('div', { class: 'marks' });
  private readonly figures = h('span', { class: 'value' });
  private readonly status = h('span', { class: 'status' });
  private isVisible = false;
  private painted = '';
  private marked = '';
  private state?: State;

  constructor(
    private readonly pod: string,
    private readonly actions: Actions,
    private readonly version: () => number,
  ) {
    const strip = h('div', { class: 'strip' }, this.canvas, this.marks);
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
    const { arm, at } = state;
    if (!arm) return;
    const happened = arm.pods.filter(({ pod, t }) => pod === this.pod && arm.secondOf(t) <= at);
    setText(this.status, statusOf(happened));
    this.element.dataset['state'] = laneStateAfter(happened);
    const read = (signal: string): string => shown(this.value(arm, signal, at), 'share');
    setText(this.figures, `CPU ${read('cpu_limit_share')} · memory ${read('memory_limit_share')}`);
    this.paint();
  }

  /** For printing: on paper, nothing is out of sight. */
  showAll(): void {
    this.isVisible = true;
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
    const x = (second: number): number =>
      GUTTER + ((second - from) / (to - from)) * (width - GUTTER - RIGHT_GUTTER);
    const wanted = [this.version(), Math.floor(now), from, to, width].join('|');
    // Marks are always placed, for screen readers, too; curves are drawn only where they are visible.
    if (wanted !== this.marked) this.placeMarks(state, width, x);
    this.marked = wanted;
    if (!this.isVisible || width === 0 || wanted === this.painted) return;
    this.painted = wanted;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = HEIGHT * devicePixelRatio;
    const ctx = canvas.getContext('2d');
    if (!ctx) return;
    ctx.scale(devicePixelRatio, devicePixelRatio);
    ctx.beginPath();
    ctx.rect(GUTTER, 0, width - GUTTER - RIGHT_GUTTER, HEIGHT);
    ctx.clip();
    paintBackgrounds(ctx, arm, this.pod, now, x);
    paintCurve(ctx, arm, this.curve(arm, 'memory_limit_share'), state, x, colour('tone-third'), true);
    paintCurve(ctx, arm, this.curve(arm, 'cpu_limit_share'), state, x, colour('tone-first'), false);
  }

  private placeMarks({ arm, now, from, to }: State, width: number, x: (second: number) => number): void {
    if (!arm) return;
    const events = arm.pods.filter(({ pod, t, reason, restartCount }) => {
      const second = arm.secondOf(t);
      const isMarked = reason in MARKS && (reason !== 'Started' || (restartCount ?? 0) > 0);
      return pod === this.pod && isMarked && second >= Math.max(from, 0) && second <= Math.min(now, to);
    });
    this.marks.replaceChildren(
      ...events.map((event) => {
        const { sign, kind, says } = MARKS[event.reason] as NonNullable<(typeof MARKS)[PodEvent['reason']]>;
        const second = arm.secondOf(event.t);
        const label = `${this.pod} ${says} at ${clock(second)}`;
        const mark = button(sign, () => this.actions.goTo(second), {
          class: `mark ${kind}`,
          'aria-label': label,
          title: `${label}: ${event.message}`,
        });
        mark.style.left = `${x(second)}px`;
        if (x(second) > width - 110) mark.classList.add('to-the-left');
        return mark;
      }),
    );
  }
}

/** The backend comes first, because the experiments break it. */
const ORDER = ['backend', 'downstream', 'postgres'];

export function podsOf(arm: Arm): string[] {
  const apps = new Map(arm.curves.flatMap(({ pod, app }) => (pod ? [[pod, app ?? ''] as const] : [])));
  const rank = (app: string): number => (ORDER.includes(app) ? ORDER.indexOf(app) : ORDER.length);
  return [...apps].sort(([, a], [, b]) => rank(a) - rank(b)).map(([pod]) => pod);
}

export function laneStateAfter(events: PodEvent[]): LaneState {
  return events.reduce<LaneState>((state, { reason }) => LANE_STATE[reason] ?? state, 'waiting');
}

/** As `kubectl get pods` would show it. */
export function statusOf(events: PodEvent[]): string {
  const last = events.findLast(({ reason }) => reason in LANE_STATE || reason === 'BackOff');
  const restarts = Math.max(0, ...events.map(({ restartCount }) => restartCount ?? 0));
  const words: Partial<Record<PodEvent['reason'], string>> = {
    Ready: 'Ready',
    Unready: 'not ready',
    BackOff: 'CrashLoopBackOff',
    OOMKilled: 'OOMKilled',
    Killing: 'Terminating',
    Error: 'Error',
  };
  const status = (last && words[last.reason]) ?? 'starting';
  return restarts > 0 ? `${status}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}` : status;
}

function paintBackgrounds(
  ctx: CanvasRenderingContext2D,
  arm: Arm,
  pod: string,
  now: number,
  x: (second: number) => number,
): void {
  const events = arm.pods.filter((event) => event.pod === pod && event.reason in LANE_STATE);
  events.forEach((event, index) => {
    const begin = arm.secondOf(event.t);
    const next = events[index + 1];
    const end = Math.min(next ? arm.secondOf(next.t) : now, now);
    if (end <= begin) return;
    const state = LANE_STATE[event.reason] as LaneState;
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

/**
 * Draws a share of the limit, from the bottom to the top of the lane. Of several values on one pixel, the
 * highest.
 */
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
  const path = new Path2D();
  const rows = arm.rowsUntil(now);
  let pixel: number | undefined;
  let highest = 0;
  let first: number | undefined;
  const flush = (): void => {
    if (pixel === undefined) return;
    if (first === undefined) path.moveTo((first = pixel), y(highest));
    else path.lineTo(pixel, y(highest));
  };
  for (let row = Math.max(arm.rowsUntil(from) - 1, 0); row < rows; row++) {
    const value = column[row] ?? 0;
    const at = Math.round(x(arm.seconds[row] as number));
    if (at !== pixel) {
      flush();
      [pixel, highest] = [at, value];
    } else highest = Math.max(highest, value);
  }
  flush();
  if (first === undefined || pixel === undefined) return;
  ctx.strokeStyle = paint;
  ctx.lineWidth = 1.5;
  ctx.stroke(path);
  if (!isFilled) return;
  path.lineTo(pixel, HEIGHT);
  path.lineTo(first, HEIGHT);
  ctx.globalAlpha = 0.25;
  ctx.fillStyle = paint;
  ctx.fill(path);
  ctx.globalAlpha = 1;
}
