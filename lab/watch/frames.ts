import type { PodEvent } from '../model/events';
import type { Experiment } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { subjectOf } from '../verdict/measure';
import { HALF_REPORT_MS, signal } from '../verdict/signals';
import { OF_REQUESTS } from '../verdict/signals/shown';
import { POD_SIGNALS } from './charts';
import type { App, SignalCurve, FramesMessage } from './protocol';

const SECOND_MS = 1000;
/** As many digits as a chart can show. */
const DIGITS = 4;

const REPORTED = new Set(OF_REQUESTS.map(({ signal: name }) => name));

/** Values of an arm's curves, second by second. Each second costs the same, however long the run is. */
export class Frames {
  readonly curves: SignalCurve[];
  private readonly pods = new Map<string, Recording>();

  constructor(
    private readonly arm: string,
    private readonly recording: Recording,
    private readonly experiment: Experiment,
    curves: SignalCurve[],
  ) {
    this.curves = [...curves];
  }

  /** Curves of a pod that has not been seen before. */
  addPod({ pod, app, reason }: PodEvent): SignalCurve[] {
    // Events of workloads carry the workload's name.
    if (this.pods.has(pod) || reason === 'ScalingReplicaSet' || reason === 'SuccessfulRescale') return [];
    this.pods.set(pod, this.recording.ofPod(pod, app));
    const added = POD_SIGNALS.map((name): SignalCurve => {
      const { title, unit } = signal(name);
      return { signal: name, title, unit, app: app as App, pod };
    });
    this.curves.push(...added);
    return added;
  }

  /**
   * The last second that is completely recorded, given that everything before `t` is; at most the one in which
   * the load ended.
   */
  lastBefore(t: number): number {
    const { loadFrom, loadTo = Infinity } = this.recording;
    if (loadFrom === undefined) return -1;
    return Math.min(Math.floor((t - loadFrom) / SECOND_MS), Math.ceil((loadTo - loadFrom) / SECOND_MS));
  }

  /** When a second of the load ends, ms since the run's start. */
  endOf(second: number): number {
    return (this.recording.loadFrom ?? 0) + second * SECOND_MS;
  }

  /** The second that a report of the load generator is about. */
  secondOf(report: { t: number }): number {
    const { loadFrom = 0 } = this.recording;
    return Math.ceil((report.t - HALF_REPORT_MS - loadFrom) / SECOND_MS);
  }

  /** Everything that is measured until then is recorded, given that the recording is, until `t`. */
  completeUntil(t: number): number {
    const { load, loadTo } = this.recording;
    const reported = (load.at(-1)?.t ?? -Infinity) + HALF_REPORT_MS;
    return loadTo === undefined ? Math.min(t, reported) : t;
  }

  /** Values over the second that ends at each of the given ones. */
  at(seconds: number[]): FramesMessage {
    const columns = this.curves.map((curve) => seconds.map((second) => this.value(curve, second)));
    return { type: 'frames', arm: this.arm, seconds, columns };
  }

  private value({ signal: name, pod, ...whose }: SignalCurve, second: number): number | null {
    const recording = pod === undefined ? this.recording : this.pods.get(pod);
    if (!recording || this.recording.loadFrom === undefined) return null;
    const to = this.endOf(second);
    // Without its report, a second had an unknown number of requests, not none.
    if (REPORTED.has(name) && to > this.completeUntil(to)) return null;
    const value = signal(name).valueIn(recording, subjectOf(whose, this.experiment), to - SECOND_MS, to);
    return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
  }
}
