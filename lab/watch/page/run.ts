import type {
  ArmMessage,
  SignalCurve,
  FindingMessage,
  FramesMessage,
  PageEvent,
  PodEvent,
  Prediction,
  ReportMessage,
  SetupMessage,
  Verdict,
} from '../protocol';

/** What is known about one arm: its values by second, and its events. */
export class Arm {
  seconds: number[] = [];
  readonly columns: (number | null)[][] = [];
  readonly pods: PodEvent[] = [];
  loadFrom?: number;
  loadTo?: number;
  phase?: string;
  endReason?: string;
  verdict?: Verdict;
  about?: ArmMessage;

  constructor(
    readonly name: string,
    readonly curves: SignalCurve[],
  ) {}

  get title(): string {
    return this.about?.title ?? this.name;
  }

  /** The last second that has values; -1 before the load. */
  get last(): number {
    return this.seconds.at(-1) ?? -1;
  }

  /** Converts a time of the recording to seconds since the load began. */
  secondOf(t: number): number {
    return (t - (this.loadFrom ?? t)) / 1000;
  }

  /** How many rows lie at or before a second. */
  rowsUntil(second: number): number {
    let low = 0;
    let high = this.seconds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.seconds[middle] as number) <= second) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  value(curve: number, second: number): number | null {
    return this.columns[curve]?.[this.rowsUntil(second) - 1] ?? null;
  }

  /** The latest value, so that a gap of a second in the measurements does not show. */
  recent(curve: number, second: number, within = 3): number | null {
    const row = this.rowsUntil(second) - 1;
    for (let at = row; at >= 0 && at > row - within; at--) {
      const value = this.columns[curve]?.[at] ?? null;
      if (value !== null) return value;
    }
    return null;
  }

  find(wanted: Pick<SignalCurve, 'signal' | 'role' | 'app' | 'pod'>): number {
    return this.curves.findIndex(
      (curve) =>
        curve.signal === wanted.signal &&
        curve.role === wanted.role &&
        curve.app === wanted.app &&
        curve.pod === wanted.pod &&
        curve.name === undefined,
    );
  }

  add({ seconds, columns }: FramesMessage): void {
    seconds.forEach((second, index) => {
      const row = this.rowFor(second);
      columns.forEach((values, curve) => (this.column(curve)[row] = values[index] ?? null));
    });
  }

  private rowFor(second: number): number {
    const rows = this.rowsUntil(second);
    if (this.seconds[rows - 1] === second) return rows - 1;
    this.seconds.splice(rows, 0, second);
    for (const column of this.columns) column.splice(rows, 0, null);
    return rows;
  }

  private column(curve: number): (number | null)[] {
    while (this.columns.length <= curve) this.columns.push(this.seconds.map(() => null));
    return this.columns[curve] as (number | null)[];
  }
}

/** Everything that the page was told since the last setup. */
export class Run {
  readonly arms = new Map<string, Arm>();
  readonly findings = new Map<string, FindingMessage>();
  /** Comes at the end of a run. */
  report?: ReportMessage;
  prediction?: Prediction;

  constructor(readonly setup: SetupMessage) {}

  get judgedArm(): Arm | undefined {
    return this.arms.get(this.setup.judgedArm);
  }

  get verdict(): Verdict | undefined {
    return this.judgedArm?.verdict;
  }

  /** Last second of any arm's values. */
  get last(): number {
    return Math.max(0, ...[...this.arms.values()].map((arm) => arm.last));
  }

  /** Where the time axis ends: at the planned end, or later if there is more. */
  get until(): number {
    return Math.max(this.last, ...[...this.arms.values()].map(({ about }) => about?.plannedSeconds ?? 0));
  }

  tell(event: PageEvent): void {
    switch (event.type) {
      case 'setup':
        break;
      case 'arm':
        this.arm(event.arm).about = event;
        break;
      case 'curve':
        this.arm(event.arm).curves.push(event.curve);
        break;
      case 'frames':
        this.arm(event.arm).add(event);
        break;
      case 'event':
        this.happened(this.arm(event.arm), event.event);
        break;
      case 'finding':
        this.findings.set(event.finding.id, event);
        break;
      case 'predicted':
        this.prediction = event.prediction;
        break;
      case 'verdict':
        this.conclude(this.arm(event.arm), event.verdict);
        break;
      case 'report':
        this.report = event;
        break;
    }
  }

  private arm(name: string): Arm {
    let arm = this.arms.get(name);
    if (!arm) this.arms.set(name, (arm = new Arm(name, [...this.setup.curves])));
    return arm;
  }

  private happened(arm: Arm, event: Extract<PageEvent, { type: 'event' }>['event']): void {
    if (event.type === 'pod') arm.pods.push(event);
    else if (event.type === 'end') arm.endReason = event.reason;
    else {
      arm.phase = event.name;
      if (event.name === 'load') arm.loadFrom = event.t;
      if (event.name === 'cooldown') arm.loadTo = event.t;
    }
  }

  /** The verdict is final. It also decides the claims that were still open. */
  private conclude(arm: Arm, verdict: Verdict): void {
    arm.verdict = verdict;
    if (arm.name !== this.setup.judgedArm) return;
    for (const finding of verdict.findings) {
      const before = this.findings.get(finding.id);
      const second = before?.second ?? arm.last;
      this.findings.set(finding.id, { ...before, type: 'finding', second, finding });
    }
  }
}
