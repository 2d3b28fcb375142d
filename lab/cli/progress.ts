import type { Emit, PodEvent, TelemetryEvent } from '../model/events';
import { DEFAULT_ARM } from '../model/experiment';
import { Recording } from '../recording/recording';
import { columnsOf, filled, hanging } from '../report/layout';
import type { OneRun, RunOptions } from '../run/record';
import { format } from '../verdict/format';
import { signal, type Subject } from '../verdict/signals';
import { OF_REQUESTS, OF_SYSTEM } from '../verdict/signals/shown';
import { StatusLines } from './status-lines';

/** Without a terminal, one line every five seconds is enough to show that the run is alive. */
const PLAIN_INTERVAL_MS = 5000;
const WINDOW_SECONDS = 3;
/** Longer than the window plus the time by which events may arrive late. */
const KEPT_MS = 20_000;

/** Pod events that a newcomer should see as they happen. */
const NOTABLE: PodEvent['reason'][] = [
  'OOMKilled',
  'Error',
  'BackOff',
  'Killing',
  'Evicted',
  'SuccessfulRescale',
];

/** What is known about a run before it begins, and may be shown. */
export interface Shown {
  title: string;
  /** The scenario whose requests are counted. Default: all scenarios. */
  scenario?: string;
  plannedSeconds?: number;
}

/**
 * Shows the progress of a run: on a terminal, one status that is rewritten, on as many lines as it needs; plain
 * lines elsewhere.
 */
export class Progress {
  private readonly recording = new Recording();
  private lastShown = -PLAIN_INTERVAL_MS;
  private readonly status: StatusLines;

  constructor(
    private readonly shown: Shown,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {
    this.status = new StatusLines(out);
  }

  readonly listen = (event: TelemetryEvent): void => {
    if (event.type === 'log') return;
    this.recording.add(event);
    if (event.type === 'run' && event.engine.metricsUrl) {
      this.line(`${this.shown.title}: metrics of all pods at ${event.engine.metricsUrl}`);
    }
    if (event.type === 'phase') this.line(`${this.shown.title}: ${PHASES[event.name]}`);
    if (event.type === 'pod' && this.isUnderLoad() && NOTABLE.includes(event.reason)) {
      this.line(`  ${this.clock(event.t)}  ${event.reason}  ${event.pod}  ${event.message}`);
    }
    if (event.type === 'host' && this.isUnderLoad()) this.show(event.t);
    if (event.type === 'host') this.recording.forget(event.t - KEPT_MS);
    if (event.type === 'end') this.status.clear();
  };

  private isUnderLoad(): boolean {
    return this.recording.loadFrom !== undefined && this.recording.loadTo === undefined;
  }

  private show(t: number): void {
    const lead = `  ${this.clock(t)}  `;
    const pieces = describe(this.recording, this.shown, t);
    if (this.out.isTTY) this.status.show(filled(lead, pieces, columnsOf(this.out) - 1));
    else if (t - this.lastShown >= PLAIN_INTERVAL_MS) {
      this.lastShown = t;
      this.out.write(`${lead}${pieces.join('  ')}\n`);
    }
  }

  private clock(t: number): string {
    const { loadFrom } = this.recording;
    if (loadFrom === undefined) return 'start';
    const { plannedSeconds } = this.shown;
    return `${Math.round((t - loadFrom) / 1000)}${plannedSeconds === undefined ? '' : `/${plannedSeconds}`} s`;
  }

  private line(text: string): void {
    this.status.clear();
    const columns = columnsOf(this.out);
    const lines = text.length > columns ? hanging(/^ */.exec(text)![0], text.trim(), columns) : [text];
    this.out.write(`${lines.join('\n')}\n`);
  }
}

/** A listener that shows the progress of one run. It does not reveal the name of a mystery. */
export function showProgress(length: RunOptions['length']): (run: OneRun) => Emit {
  return ({ name, experiment, arm, mystery }) => {
    if (mystery !== undefined) return new Progress({ title: 'mystery' }).listen;
    return new Progress({
      title: arm === DEFAULT_ARM ? name : `${name} (${experiment.arms?.[arm]?.title ?? arm})`,
      scenario: experiment.roles.aggressor.scenario,
      plannedSeconds: experiment.seconds[length],
    }).listen;
  };
}

const PHASES = {
  starting: 'starting the system',
  load: 'load begins',
  cooldown: 'load is over',
  stopping: 'taking the system down',
};

/** What describes the last few seconds. */
const COLUMNS = [
  ...OF_REQUESTS.map((row) => ({ ...row, ofRequests: true })),
  ...OF_SYSTEM.map((row) => ({ ...row, ofRequests: false })),
].filter(({ progress }) => progress !== undefined);

function describe(recording: Recording, { scenario }: Shown, t: number): string[] {
  const pieces = COLUMNS.map(({ progress: label, signal: name, app = 'backend', ofRequests }) => {
    const subject: Subject = ofRequests && scenario !== undefined ? { app, scenario } : { app };
    const window = ofRequests ? reported(recording) : lastSeconds(recording, t);
    const value = window && signal(name).valueIn(recording, subject, ...window);
    return `${label} ${value === undefined ? '-' : format(value, signal(name).unit)}`;
  });
  const restarts = signal('restarts').valueIn(recording, { app: 'backend' }, 0, t) ?? '-';
  return [...pieces, `restarts ${restarts}`];
}

function lastSeconds({ loadFrom = 0 }: Recording, t: number): [number, number] | undefined {
  const from = Math.max(t - WINDOW_SECONDS * 1000, loadFrom);
  return t > from ? [from, t] : undefined;
}

/** The last whole seconds that the load generator has reported; in a cluster, it reports some seconds late. */
function reported({ load, loadFrom = 0 }: Recording): [number, number] | undefined {
  const seconds = Math.round(((load.at(-1)?.t ?? loadFrom) - loadFrom) / 1000);
  const first = Math.max(seconds - WINDOW_SECONDS, 0);
  return seconds > first ? [loadFrom + first * 1000, loadFrom + seconds * 1000] : undefined;
}
