import type { Arm, Run } from './run';

/** The state that every part of the page is drawn from. */
export interface State {
  run: Run;
  /** The arm that is shown in full. */
  arm: Arm | undefined;
  /** The other arms laid over it, in the order of their colors. */
  others: Arm[];
  /** The second up to which this page shows the run. */
  now: number;
  /** The second whose values are shown: the one under the cursor, that of the timeline, or `now`. */
  at: number;
  /** The second that the timeline points to, if it was sent there or is before `now`. */
  marker: number | undefined;
  /** The part of the run that the charts show, in seconds. */
  from: number;
  to: number;
  /** Whether the run has reached its end on this page, so that its verdict may be shown. */
  isOver: boolean;
}

/** What parts of the page ask for. */
export interface Actions {
  goTo(second: number): void;
  /** Goes to a moment, and to the first of these places that shows most: ids of charts, or the pods. */
  jump(second: number, places: string[]): void;
  hover(second: number | undefined): void;
  zoom(from: number, to: number): void;
  resetZoom(): void;
  togglePlaying(): void;
  setSpeed(speed: number): void;
  showKeys(): void;
  showArm(name: string): void;
  toggleOverlay(name: string): void;
}

/** A part of the page. */
export interface PagePart {
  readonly element: HTMLElement;
  update(state: State): void;
}
