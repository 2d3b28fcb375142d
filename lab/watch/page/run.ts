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

/** In rows, which are seconds in all but very long runs. */
const WITHIN = 3;

/** What is known about one arm: its values by second, and its events. */
export class Arm {
  seconds: number[] = [];
  readonly columns: (number | null)[][] = [];
  /** In the order of their times. */
  readonly pods: PodEvent[] = [];
  readonly findings = new Map<string, FindingMessage>();
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

  /** The last second that has values or a decided claim; -1 before the load. */
  get last(): number {
    return Math.max(this.seconds.at(-1) ?? -1, ...[...this.findings.values()].map(({ second }) => second));
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

  /** A claim's result by a second; undefined while it is open. */
  findingBy(claim: string, second: number): FindingMessage | undefined {
    const found = this.findings.get(claim);
    return found && found.second <= second ? found : undefined;
  }

  /** The latest value, so that a gap of a second in the measurements does not show. */
  recent(curve: number, second: number): number | null {
    return this.recentRow([curve], second)[0] ?? null;
  }

  /** The latest values that all belong to the same second; nulls if there was none in the last three rows. */
  recentRow(curves: number[], second: number): (number | null)[] {
    const row = this.rowsUntil(second) - 1;
    const isAfterTheEnd = row === this.seconds.length - 1 && second - (this.seconds[row] ?? 0) > WITHIN;
    for (let at = row; at >= 0 && at > row - WITHIN && !isAfterTheEnd; at--) {
      const values = curves.map((curve) => this.columns[curve]?.[at] ?? null);
      if (!values.includes(null)) return values;
    }
    return curves.map(() => null);
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
  /** Comes at the end of a run. */
  report?: ReportMessage;
  prediction?: Prediction;

  constructor(readonly setup: SetupMessage) {}

  get judgedArm(): Arm | undefined {
    return this.arms.get(this.setup.judgedArm);
  }

  /** Whether everything is known: what the run showed, and how it is judged. */
  get isWhole(): boolean {
    return this.report !== undefined && this.judgedArm?.verdict !== undefined;
  }

  /** Last second of any arm's values or claims. */
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
        this.arm(event.arm).findings.set(event.finding.id, event);
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
    if (event.type === 'pod') {
      const later = arm.pods.findIndex(({ t }) => t > event.t);
      arm.pods.splice(later < 0 ? arm.pods.length : later, 0, event);
    } else if (event.type === 'end') arm.endReason = event.reason;
    else {
      arm.phase = event.name;
      if (event.name === 'load') arm.loadFrom = event.t;
      if (event.name === 'cooldown') arm.loadTo = event.t;
    }
  }

  /** The verdict is final. It also decides the claims that were still open. */
  private conclude(arm: Arm, verdict: Verdict): void {
    arm.verdict = verdict;
    for (const finding of verdict.findings) {
      const before = arm.findings.get(finding.id);
      const second = before?.second ?? Math.max(arm.last, 0);
      arm.findings.set(finding.id, { ...before, type: 'finding', arm: arm.name, second, finding });
    }
  }
}
