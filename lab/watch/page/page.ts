import { type Chart, type PageEvent, PODS_PLACE, type SetupMessage } from '../protocol';
import { ChartPart } from './chart';
import { ClaimsPart } from './claims';
import { Clock } from './clock';
import { DetailsPart } from './details';
import { forgetColours, h } from './dom';
import { EventsPart } from './events';
import { HeaderPart } from './header';
import { keys, KeysPart } from './keys';
import { LanesPart } from './lanes';
import { MapPart } from './map';
import { QuestionPart } from './question';
import { Run } from './run';
import { clientCharts, lesson, section } from './sections';
import type { PageConnection } from './source';
import type { Actions, PagePart, State } from './state';
import { TimelinePart } from './timeline';
import { VerdictPart } from './verdict';

/** The whole page of one run. Messages change the run, and each frame draws what has changed. */
export class Page implements Actions {
  private readonly run: Run;
  private readonly clock: Clock;
  private readonly parts: PagePart[];
  private readonly charts: ChartPart[];
  private readonly lanes: LanesPart;
  private readonly help = new KeysPart();
  private readonly closing = new AbortController();
  private shownArm: string;
  private readonly overlays: string[] = [];
  private zoomed?: [number, number];
  private hovered?: number;
  private version = 0;
  private isDirty = true;

  constructor(root: HTMLElement, setup: SetupMessage, connection: () => PageConnection) {
    this.run = new Run(setup);
    this.clock = new Clock(setup.mode, setup.speed);
    this.shownArm = setup.judgedArm;
    document.title = `${setup.experiment}: ${setup.title}`;
    const version = (): number => this.version;
    this.charts = setup.charts.map(
      (chart) =>
        new ChartPart(
          chart,
          setup.lines.filter((line) => line.chart === chart.id),
          this,
          version,
        ),
    );
    this.lanes = new LanesPart(this, version);
    const state = this.state();
    const header = new HeaderPart(state, this, connection, () => this.repaint());
    const parts = {
      question: new QuestionPart(setup.question),
      verdict: new VerdictPart(this),
      map: new MapPart(state),
      claims: new ClaimsPart(state, this),
      events: new EventsPart(this),
      details: new DetailsPart(),
      timeline: new TimelinePart(() => this.clock, this),
    };
    this.parts = [header, ...Object.values(parts), ...this.charts, this.lanes];
    const chartsOf = (group: Chart['group']): ChartPart[] =>
      this.charts.filter(({ chart }) => chart.group === group);
    const grid = (group: Chart['group']): HTMLElement =>
      h('div', { class: 'charts' }, ...chartsOf(group).map(({ element }) => element));
    root.replaceChildren(
      // First, so that the keyboard reaches it at once; the style keeps it at the bottom of the screen.
      parts.timeline.element,
      header.element,
      h(
        'main',
        {},
        setup.question && parts.question.element,
        parts.verdict.element,
        section('map', 'The system', parts.map.moment, parts.map.element),
        section('clients', 'What clients see', clientCharts(setup, chartsOf('clients'))),
        section('inside', 'Inside the system', grid('system')),
        section(
          'pods',
          'Pods',
          h(
            'p',
            { class: 'lane-key' },
            'Blue line: CPU. Purple area: memory. Both as shares of the limit. Hatched: not ready.',
          ),
          this.lanes.element,
        ),
        section('claims', 'Claims', parts.claims.element),
        chartsOf('claims').length > 0 && section('claimed', 'Other signals in claims', grid('claims')),
        section('events', 'What happened', parts.events.element),
        section('lesson', 'The lesson', lesson(setup)),
        section('details', 'How it was run', parts.details.element),
      ),
      this.help.element,
    );
    const { signal } = this.closing;
    keys(this, () => this.state(), signal);
    // The system's own theme changed.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.repaint(), { signal });
    const print = (isPrinting: boolean): void =>
      [...this.charts, this.lanes].forEach((part) => part.print(isPrinting));
    addEventListener('beforeprint', () => print(true), { signal });
    addEventListener('afterprint', () => print(false), { signal });
    const frame = (time: number): void => {
      if (signal.aborted) return;
      this.frame(time);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  tell(event: PageEvent): void {
    this.run.tell(event);
    if (event.type === 'arm' && this.run.setup.mode === 'live') this.shownArm = event.arm;
    this.version++;
    this.isDirty = true;
  }

  connectionChanged(): void {
    this.isDirty = true;
  }

  close(): void {
    this.closing.abort();
  }

  goTo(second: number): void {
    this.clock.moveTo(second, this.last);
    this.hovered = undefined;
    this.isDirty = true;
  }

  jump(second: number, places: string[]): void {
    this.clock.pointTo(second, this.last);
    this.hovered = undefined;
    this.isDirty = true;
    const [chart] = this.charts
      .filter((part) => places.includes(part.chart.id))
      .sort((a, b) => b.sizeAt(second) - a.sizeAt(second));
    const target =
      chart?.element ?? (places.includes(PODS_PLACE) ? this.lanes.element : document.getElementById('map'));
    target?.scrollIntoView({ block: 'center' });
    target?.focus({ preventScroll: true });
  }

  hover(second: number | undefined): void {
    this.hovered = second;
    this.isDirty = true;
  }

  zoom(from: number, to: number): void {
    const span = Math.max(Math.min(to - from, this.run.until), 2);
    const begin = Math.min(Math.max(from, 0), this.run.until - span);
    this.zoomed = span >= this.run.until ? undefined : [begin, begin + span];
    this.isDirty = true;
  }

  resetZoom(): void {
    this.zoomed = undefined;
    this.isDirty = true;
  }

  togglePlaying(): void {
    this.clock.toggle(this.last);
    this.isDirty = true;
  }

  setSpeed(speed: number): void {
    this.clock.speed = speed;
  }

  showKeys(): void {
    this.help.open();
  }

  showArm(name: string): void {
    this.shownArm = name;
    const index = this.overlays.indexOf(name);
    if (index >= 0) this.overlays.splice(index, 1);
    this.repaint();
  }

  toggleOverlay(name: string): void {
    const index = this.overlays.indexOf(name);
    if (index >= 0) this.overlays.splice(index, 1);
    else this.overlays.push(name);
    this.repaint();
  }

  /** The last second to go to. A live run is followed in the arm that runs. */
  private get last(): number {
    const shown = this.run.arms.get(this.shownArm);
    return this.clock.isLive ? Math.max(shown?.last ?? 0, 0) : this.run.last;
  }

  private frame(time: number): void {
    const { run, clock } = this;
    if (clock.isLive && run.isWhole) {
      if (clock.isPlaying) this.shownArm = run.setup.judgedArm;
      clock.endLive(run.last);
      this.isDirty = true;
    }
    if (clock.advance(time, this.last, run.isWhole)) this.isDirty = true;
    if (!this.isDirty) return;
    this.isDirty = false;
    const state = this.state();
    for (const part of this.parts) part.update(state);
  }

  private state(): State {
    const { run, clock } = this;
    const now = clock.shownUntil(this.last);
    const marker = clock.marked(this.last);
    const [from, to] = this.zoomed ?? [0, Math.max(run.until, 1)];
    const arm = run.arms.get(this.shownArm) ?? run.judgedArm;
    const isOver = run.isWhole && !clock.isLive && now >= run.last;
    // Once the run is over, the last second under load says more than the silence after it.
    const telling =
      isOver && !clock.isPlaying && arm?.about ? Math.max(arm.about.plannedSeconds - 1, 0) : now;
    return {
      run,
      arm,
      others: this.overlays.flatMap((name) => run.arms.get(name) ?? []),
      now,
      at: Math.min(this.hovered ?? marker ?? telling, now),
      marker,
      from,
      to,
      isOver,
    };
  }

  private repaint(): void {
    forgetColours();
    for (const chart of this.charts) chart.rebuild();
    this.lanes.rebuild();
    this.isDirty = true;
  }
}
