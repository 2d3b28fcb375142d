import type { TelemetryEvent } from '../model/events';
import { Recording } from '../recording/recording';
import { type Evidence, plannedSeconds } from '../verdict/measure';
import { OpenClaims } from './findings';
import { Frames } from './frames';
import type { SignalCurve, FramesMessage, PageEvent } from './protocol';

export interface ArmToTell {
  arm: string;
  title: string;
  evidence: Evidence;
  curves: SignalCurve[];
  send: (event: PageEvent) => void;
}

/** Listens to one arm's stream and tells the page what it needs, as it becomes known. */
export class LiveArm {
  private readonly recording = new Recording();
  private readonly frames: Frames;
  private readonly claims: OpenClaims;
  private told = -1;
  private judged = -1;
  private readonly late = new Set<number>();

  /** The evidence must hold the arms that ran before. This arm is added to it. */
  constructor(
    private readonly to: ArmToTell,
    arms: Map<string, Recording>,
  ) {
    const { arm, evidence, curves } = to;
    arms.set(arm, this.recording);
    this.frames = new Frames(arm, this.recording, evidence.experiment, curves);
    this.claims = new OpenClaims(arm, evidence);
  }

  readonly listen = (event: TelemetryEvent): void => {
    const { arm, send } = this.to;
    this.recording.add(event);
    switch (event.type) {
      case 'run':
        send(armMessage(this.to, this.recording));
        break;
      case 'pod':
        // The page ends with the load. What takes the system down is not part of the run.
        if (event.t > (this.recording.loadTo ?? Infinity)) break;
        for (const curve of this.frames.addPod(event)) send({ type: 'curve', arm, curve });
        send({ type: 'event', arm, event });
        break;
      case 'phase':
        send({ type: 'event', arm, event });
        break;
      case 'requests':
      case 'load':
        this.late.add(this.frames.secondOf(event));
        break;
      case 'host':
        // It follows the scrape of its second, so everything before it is recorded.
        this.tellUntil(event.t);
        break;
      case 'end':
        this.tellUntil(event.t);
        send({ type: 'event', arm, event });
        break;
    }
  };

  private tellUntil(t: number): void {
    const last = this.frames.lastBefore(t);
    const again = [...this.late].filter((second) => second >= 0 && second <= this.told);
    const seconds = [...again, ...range(this.told + 1, last)];
    this.late.clear();
    this.told = Math.max(this.told, last);
    if (seconds.length > 0) this.to.send(this.frames.at(seconds));
    this.judgeUntil(this.frames.lastBefore(this.frames.completeUntil(t)));
  }

  /** The last second is judged again: meanwhile, it may have become known that the load is over. */
  private judgeUntil(last: number): void {
    for (const second of range(Math.max(0, Math.min(this.judged + 1, last)), last)) {
      this.claims.decidedBy(this.frames.endOf(second), second).forEach(this.to.send);
    }
    this.judged = Math.max(this.judged, last);
  }
}

/** Tells the page everything about a recorded arm, its values in one block. */
export function tellRecording(to: ArmToTell, recording: Recording): void {
  const { arm, evidence, curves, send } = to;
  const { loadFrom, loadTo, end } = recording;
  const frames = new Frames(arm, recording, evidence.experiment, curves);
  send(armMessage(to, recording));
  if (loadFrom !== undefined)
    send({ type: 'event', arm, event: { type: 'phase', t: loadFrom, name: 'load' } });
  for (const event of recording.pods.filter(({ t }) => t <= (loadTo ?? Infinity))) {
    for (const curve of frames.addPod(event)) send({ type: 'curve', arm, curve });
    send({ type: 'event', arm, event });
  }
  if (loadFrom === undefined) return;
  if (loadTo !== undefined)
    send({ type: 'event', arm, event: { type: 'phase', t: loadTo, name: 'cooldown' } });
  const seconds = range(0, frames.lastBefore(loadTo === undefined ? recording.until : Infinity));
  send(thinned(frames.at(seconds)));
  const claims = new OpenClaims(arm, evidence);
  for (const second of seconds) claims.decidedBy(frames.endOf(second), second).forEach(send);
  if (end) send({ type: 'event', arm, event: end });
}

function armMessage({ arm, title, evidence }: ArmToTell, { run }: Recording): PageEvent {
  return { type: 'arm', arm, title, run, plannedSeconds: plannedSeconds(run, evidence.experiment) };
}

/** One hour, second by second: more rows than a screen has columns. */
const MOST_ROWS = 3600;

/**
 * Fewer rows for a long run, without hiding a peak: each bucket keeps its smallest and its largest value, in
 * their order.
 */
export function thinned(frames: FramesMessage, mostRows = MOST_ROWS): FramesMessage {
  const { seconds, columns } = frames;
  if (seconds.length <= mostRows) return frames;
  const size = Math.ceil((2 * seconds.length) / mostRows);
  const starts = range(0, Math.ceil(seconds.length / size) - 1).map((bucket) => bucket * size);
  return {
    ...frames,
    seconds: starts.flatMap((start) => {
      const last = Math.min(start + size, seconds.length) - 1;
      return [seconds[start] as number, seconds[last] as number].slice(0, last > start ? 2 : 1);
    }),
    columns: columns.map((column) => starts.flatMap((start) => extremes(column.slice(start, start + size)))),
  };
}

function extremes(values: (number | null)[]): (number | null)[] {
  if (values.length < 2) return values;
  let [least, most] = [-1, -1];
  values.forEach((value, index) => {
    if (value === null) return;
    if (least < 0 || value < (values[least] as number)) least = index;
    if (most < 0 || value > (values[most] as number)) most = index;
  });
  const at = (index: number): number | null => values[index] ?? null;
  return least <= most ? [at(least), at(most)] : [at(most), at(least)];
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, index) => first + index);
}
