import type { PodEvent } from '../model/events';
import type { Experiment } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { subjectOf } from '../verdict/measure';
import { signal } from '../verdict/signals';
import { POD_SIGNALS } from './charts';
import type { App, SignalCurve, FramesMessage } from './protocol';

const SECOND_MS = 1000;
/** As many digits as a chart can show. */
const DIGITS = 4;

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
    this.pods.set(pod, this.recording.ofPod(pod));
    const added = POD_SIGNALS.map((name): SignalCurve => {
      const { title, unit } = signal(name);
      return { signal: name, title, unit, app: app as App, pod };
    });
    this.curves.push(...added);
    return added;
  }

  /** The last second that is completely recorded, given that everything before `t` is. */
  lastBefore(t: number): number {
    const { loadFrom } = this.recording;
    return loadFrom === undefined ? -1 : Math.floor((t - loadFrom) / SECOND_MS);
  }

  /** Values over the second that ends at each of the given ones. */
  at(seconds: number[]): FramesMessage {
    const columns = this.curves.map((curve) => seconds.map((second) => this.value(curve, second)));
    return { type: 'frames', arm: this.arm, seconds, columns };
  }

  private value({ signal: name, pod, ...whose }: SignalCurve, second: number): number | null {
    const recording = pod === undefined ? this.recording : this.pods.get(pod);
    const { loadFrom } = this.recording;
    if (!recording || loadFrom === undefined) return null;
    const to = loadFrom + second * SECOND_MS;
    const value = signal(name).valueIn(recording, subjectOf(whose, this.experiment), to - SECOND_MS, to);
    return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(DIGITS));
  }
}
