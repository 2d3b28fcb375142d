import type { Arm, Run } from './run';

/** The state that every part of the page is drawn from. */
export interface State {
  run: Run;
  /** The arm that is shown in full. */
  arm: Arm | undefined;
  /** The other arms laid over it, in the order of their colors. */
  others: Arm[];
  /** The second that the run has reached on this page. */
  now: number;
  /** The second under the cursor, or `now`. */
  at: number;
  /** The part of the run that the charts show, in seconds. */
  from: number;
  to: number;
  /** Whether the run has reached its end on this page, so that its verdict may be shown. */
  isOver: boolean;
}

/** What parts of the page ask for. */
export interface Actions {
  goTo(second: number): void;
  /** Shows what a signal was doing at a moment. */
  jump(second: number, signal?: string): void;
  hover(second: number | undefined): void;
  zoom(from: number, to: number): void;
  resetZoom(): void;
  togglePlaying(): void;
  setSpeed(speed: number): void;
  showArm(name: string): void;
  toggleOverlay(name: string): void;
}

/** A part of the page. */
export interface PagePart {
  readonly element: HTMLElement;
  update(state: State): void;
}
