import type { Arm, Run } from './run';

/** What every part of the page is drawn from. */
export interface State {
  run: Run;
  /** The arm that is shown in full. */
  arm: Arm | undefined;
  /** The others that are laid over it, in the order of their colours. */
  others: Arm[];
  /** Second that the run has reached in this page. */
  now: number;
  /** Second under the cursor, or `now`. */
  at: number;
  /** Part of the run that the charts show, seconds. */
  from: number;
  to: number;
  /** Whether the run has reached its end in this page: then its verdict may be shown. */
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
