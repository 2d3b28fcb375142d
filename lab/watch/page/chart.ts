import uPlot from 'uplot';
import type { Chart, ChartCurve, ClaimLine } from '../protocol';
import { drawClaims, drawBackgrounds, drawLimit, type ClaimMark } from './chart-marks';
import { colour, FONT, h, setAttribute, setText } from './dom';
import { stacked } from './gaps';
import type { Arm } from './run';
import type { Actions, PagePart, State } from './state';
import { clock, shown } from './text';

const HEIGHT = 168;
/**
 * Room for the axes, the same in every chart, with or without a right axis, and in the lanes (charts.css), so
 * that a moment has the same position in all.
 */
const GUTTER = 52;
const RIGHT_GUTTER = 44;

/** The smallest span of an axis, so that tiny values look tiny. */
const LEAST: Record<string, number> = { share: 1, '1/s': 5, ms: 100, count: 5, cores: 0.5 };

/** One chart with its legend. It draws only while it is visible. */
export class ChartPart implements PagePart {
  readonly element: HTMLElement;
  private readonly holder = h('div', { class: 'plot', 'aria-hidden': 'true' });
  private readonly legend = h('ul', { class: 'legend' });
  private readonly claims = h('ul', { class: 'chart-claims' });
  private readonly marker = h('div', { class: 'marker' });
  private readonly values: HTMLElement[];
  private plot?: uPlot;
  private state?: State;
  private marks: ClaimMark[] = [];
  private isVisible = false;
  private isPrinting = false;
  private drawn = '';

  constructor(
    readonly chart: Chart,
    private readonly lines: ClaimLine[],
    private readonly actions: Actions,
    private readonly version: () => number,
  ) {
    this.values = chart.curves.map(() => h('span', { class: 'value' }, '–'));
    this.legend.append(...chart.curves.map((curve, index) => this.legendEntry(curve, index)));
    const title = h('h4', {}, chart.title);
    this.element = h(
      'figure',
      { class: 'chart', id: `chart-${chart.id}`, tabindex: '-1', 'aria-label': chart.title },
      h('figcaption', {}, title, h('p', { class: 'hint' }, chart.hint)),
      this.legend,
      this.holder,
      this.claims,
    );
    new IntersectionObserver(([entry]) => {
      this.isVisible = entry?.isIntersecting ?? false;
      this.draw();
    }).observe(this.element);
    new ResizeObserver(() => this.resize()).observe(this.holder);
  }

  update(state: State): void {
    this.state = state;
    this.marks = this.lines.map((line) => markOf(line, state));
    const { arm, at } = state;
    this.chart.curves.forEach(({ curve, axis }, index) => {
      const unit = (axis === 'right' && this.chart.rightUnit) || this.chart.unit;
      setText(this.values[index] as HTMLElement, shown(arm?.recent(curve, at) ?? null, unit));
    });
    this.element.classList.toggle('hot', this.isSaturated(state));
    this.showClaims(state);
    this.draw();
  }

  /** How much its curves show at a second, to choose among charts of several roles. */
  sizeAt(second: number): number {
    const { arm } = this.state ?? {};
    return this.chart.curves.reduce((sum, { curve }) => sum + (arm?.recent(curve, second) ?? 0), 0);
  }

  /** On paper, nothing is out of sight. */
  print(isPrinting: boolean): void {
    this.isPrinting = isPrinting;
    this.draw();
  }

  /** Starts again with the colors of the theme. */
  rebuild(): void {
    this.plot?.destroy();
    delete this.plot;
    this.drawn = '';
    this.draw();
  }

  private isSaturated({ arm, at, run }: State): boolean {
    if (this.chart.group !== 'system') return false;
    return this.chart.curves.some(({ curve }) => {
      const level = run.setup.saturated[arm?.curves[curve]?.signal ?? ''];
      return level !== undefined && (arm?.recent(curve, at) ?? -Infinity) >= level;
    });
  }

  private showClaims({ run, arm, now }: State): void {
    const names = [...new Set(this.lines.map(({ claim }) => claim))];
    const rows = names.map((name) => {
      const says = run.setup.claims.find(({ id }) => id === name)?.says ?? name;
      return { says, result: arm?.findingBy(name, now)?.finding.result ?? 'open' };
    });
    if (this.claims.childElementCount !== rows.length) {
      this.claims.replaceChildren(...rows.map(() => h('li')));
    }
    rows.forEach(({ says, result }, index) => {
      const row = this.claims.children[index] as HTMLElement;
      setAttribute(row, 'class', `claim-${result}`);
      setText(row, `${result === 'open' ? 'open' : result}: ${says}`);
    });
  }

  private draw(): void {
    const { state } = this;
    if (!(this.isVisible || this.isPrinting) || !state || this.holder.clientWidth === 0) return;
    const arms = [state.arm, ...state.others].map((arm) => arm?.name).join();
    const drawn = [this.version(), Math.floor(state.now), state.from, state.to, arms].join('|');
    if (this.plot && drawn === this.drawn) {
      // Only the cursor or a claim moved.
      this.plot.redraw(false);
      this.placeMarker(state);
      return;
    }
    if (this.plot && this.plot.series.length !== 1 + this.seriesCount(state)) this.rebuildNow();
    this.plot ??= this.create(state);
    this.plot.setData(this.dataOf(state), false);
    this.plot.batch(() => {
      this.plot?.setScale('x', { min: state.from, max: state.to });
      for (const axis of this.axes()) this.plot?.setScale(axis, { min: 0, max: this.top(axis, state) });
    });
    this.drawn = drawn;
    this.placeMarker(state);
  }

  /** The second that the timeline points to, where that is not simply the last one. */
  private placeMarker({ marker, from, to }: State): void {
    const { plot } = this;
    if (!plot) return;
    if (this.marker.parentElement !== plot.over) plot.over.append(this.marker);
    this.marker.hidden = marker === undefined || marker < from || marker > to;
    if (this.marker.hidden || marker === undefined) return;
    this.marker.style.left = `${plot.valToPos(marker, 'x')}px`;
    setText(this.marker, clock(marker));
  }

  private rebuildNow(): void {
    this.plot?.destroy();
    delete this.plot;
  }

  private axes(): ('y' | 'right')[] {
    return this.chart.rightUnit ? ['y', 'right'] : ['y'];
  }

  private keyCurves(): ChartCurve[] {
    const key = this.chart.curves.filter((curve) => curve.key);
    return this.chart.stacked ? [] : key;
  }

  private seriesCount({ others }: State): number {
    return this.chart.curves.length + others.length * this.keyCurves().length;
  }

  /** Values up to now. Later ones are not drawn yet. */
  private dataOf({ arm, others, now }: State): uPlot.AlignedData {
    const shownArms = [arm, ...others].filter((one) => one !== undefined);
    const seconds = gridOf(shownArms, now);
    const valuesOf = (one: Arm, curve: number): (number | null)[] => {
      const column = one.columns[curve] ?? [];
      if (one.seconds.length >= seconds.length && one.seconds[0] === seconds[0] && shownArms.length === 1) {
        return column.slice(0, seconds.length);
      }
      return seconds.map((second) => {
        const row = one.rowsUntil(second) - 1;
        return one.seconds[row] === second ? (column[row] ?? null) : null;
      });
    };
    const own = arm ? this.chart.curves.map(({ curve }) => valuesOf(arm, curve)) : [];
    const stackedOwn = this.chart.stacked ? stacked(own) : own;
    const overlaid = others.flatMap((other) => this.keyCurves().map(({ curve }) => valuesOf(other, curve)));
    while (stackedOwn.length < this.chart.curves.length) stackedOwn.push(seconds.map(() => null));
    return [seconds, ...stackedOwn, ...overlaid] as uPlot.AlignedData;
  }

  /** Covers all known values, even later ones, so that the axis of a replay does not jump. */
  private top(axis: 'y' | 'right', { arm, others }: State): number {
    const unit = (axis === 'right' && this.chart.rightUnit) || this.chart.unit;
    const curves = this.chart.curves.filter((curve) => (curve.axis === 'right') === (axis === 'right'));
    const columns = [arm, ...others].flatMap((one) => curves.map(({ curve }) => one?.columns[curve] ?? []));
    const highest = this.chart.stacked ? highestOf(stacked(columns)) : highestOf(columns);
    const levels = this.marks.filter((mark) => (mark.axis === 'right') === (axis === 'right'));
    const level = Math.max(0, ...levels.map((mark) => mark.level ?? 0));
    // A level far above all values would flatten them.
    const within = level <= 4 * highest ? level : 0;
    return Math.max(highest, within, LEAST[unit] ?? 1) * 1.12;
  }

  private create(state: State): uPlot {
    const axis = colour('muted');
    const grid = { stroke: colour('grid'), width: 1 };
    const font = `11px ${FONT}`;
    const common = { stroke: axis, grid, font, ticks: { show: false } };
    const ticks = (unit: string) => (_: uPlot, values: number[]) =>
      values.map((value) => (value === 0 ? '0' : shown(value, unit)));
    const options: uPlot.Options = {
      width: this.holder.clientWidth,
      height: HEIGHT,
      padding: [8, this.chart.rightUnit ? 0 : RIGHT_GUTTER, 0, 0],
      legend: { show: false },
      scales: { x: { time: false, auto: false }, y: { auto: false }, right: { auto: false } },
      series: [{}, ...this.seriesOf(state)],
      axes: [
        { ...common, size: 26, space: 60, values: (_, seconds) => seconds.map((second) => clock(second)) },
        { ...common, size: GUTTER, space: 34, values: ticks(this.chart.unit) },
        ...(this.chart.rightUnit
          ? [
              {
                ...common,
                scale: 'right',
                side: 1 as const,
                size: RIGHT_GUTTER,
                grid: { show: false },
                space: 34,
                values: ticks(this.chart.rightUnit),
              },
            ]
          : []),
      ],
      cursor: {
        sync: { key: 'run' },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        y: false,
        bind: { dblclick: () => () => (this.actions.resetZoom(), null) },
      },
      hooks: {
        drawClear: [(plot) => this.state && drawBackgrounds(plot, this.state)],
        draw: [
          (plot) => {
            if (this.chart.limit) drawLimit(plot, this.limitLabel());
            if (this.state) drawClaims(plot, this.marks, this.chart, this.state);
          },
        ],
        setSelect: [(plot) => this.selected(plot)],
        setCursor: [(plot) => this.hovered(plot)],
      },
    };
    return new uPlot(options, this.dataOf(state), this.holder);
  }

  private seriesOf({ others }: State): uPlot.Series[] {
    const own = this.chart.curves.map((curve): uPlot.Series => {
      const stroke = colour(`tone-${curve.tone}`);
      return {
        label: curve.label,
        scale: curve.axis === 'right' ? 'right' : 'y',
        stroke,
        width: curve.line ? 1.5 : 2,
        points: { show: false },
        spanGaps: false,
        ...(curve.line && { dash: curve.line === 'dashed' ? [6, 4] : [2, 3] }),
        ...(this.chart.stacked ? { fill: stroke } : curve.fill && { fill: `${stroke}26` }),
      };
    });
    const overlaid = others.flatMap((_, index) =>
      this.keyCurves().map((curve): uPlot.Series => ({
        label: curve.label,
        scale: curve.axis === 'right' ? 'right' : 'y',
        stroke: colour(`arm-${(index % 4) + 1}`),
        width: 2,
        dash: [10, 3, 2, 3],
        points: { show: false },
      })),
    );
    return [...own, ...overlaid];
  }

  private limitLabel(): string {
    const { path, unit } = this.chart.limit ?? { path: '', unit: '' };
    const value = path.split('.').reduce<unknown>((node, key) => {
      return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
    }, this.state?.arm?.about?.run.props);
    return typeof value === 'number' ? `limit ${value}${unit}` : 'limit';
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 8) return;
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.actions.zoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
  }

  private hovered(plot: uPlot): void {
    // Of the charts that share the cursor, only the one under the pointer reports it.
    if (!plot.over.matches(':hover')) return;
    const { left } = plot.cursor;
    this.actions.hover(left === undefined || left < 0 ? undefined : plot.posToVal(left, 'x'));
  }

  private resize(): void {
    const width = this.holder.clientWidth;
    if (this.plot && width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: HEIGHT });
    else this.draw();
  }

  private legendEntry({ tone, line, label, fill }: ChartCurve, index: number): HTMLElement {
    const shape = this.chart.stacked || fill ? 'filled' : (line ?? 'solid');
    return h(
      'li',
      {},
      h('span', { class: `swatch ${shape} tone-${tone}`, 'aria-hidden': 'true' }),
      h('span', { class: 'label' }, label),
      this.values[index],
    );
  }
}

function markOf(line: ClaimLine, { arm, now }: State): ClaimMark {
  const found = arm?.findingBy(line.claim, now);
  const level = line.level ?? found?.level;
  return { ...line, ...(level !== undefined && { level }), result: found?.finding.result ?? 'open' };
}

function gridOf(arms: Arm[], now: number): number[] {
  const [first, ...others] = arms.map((arm) => arm.seconds.slice(0, arm.rowsUntil(now)));
  if (others.length === 0) return first ?? [];
  return [...new Set([first ?? [], ...others].flat())].sort((a, b) => a - b);
}

function highestOf(columns: (number | null)[][]): number {
  let highest = 0;
  for (const column of columns)
    for (const value of column) if (value !== null && value > highest) highest = value;
  return highest;
}
