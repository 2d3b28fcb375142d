/** The page's position in the run. It follows a live run, plays a recorded one, or stands still. */
export class Clock {
  /** Second of the load that is shown. */
  now: number;
  /** Whether a live run is followed, or a recording plays. */
  isPlaying: boolean;
  private lastFrame?: number;

  constructor(
    private readonly mode: 'live' | 'replay' | 'report',
    public speed: number,
  ) {
    this.isPlaying = mode !== 'report';
    this.now = mode === 'report' ? Infinity : 0;
  }

  /**
   * Moves on by the time that has passed since the last frame, up to the last second that the page knows.
   * @param isWhole whether the page knows everything: a recording that is still arriving is not over
   * @returns whether the second shown changed
   */
  advance(frameMs: number, last: number, isWhole: boolean): boolean {
    const passed = this.lastFrame === undefined ? 0 : (frameMs - this.lastFrame) / 1000;
    this.lastFrame = frameMs;
    const before = Math.floor(this.now);
    if (this.isPlaying) this.now = this.mode === 'live' ? last : this.now + passed * this.speed;
    if (this.now >= last) {
      this.now = last;
      if (this.mode !== 'live' && isWhole) this.isPlaying = false;
    }
    return Math.floor(this.now) !== before;
  }

  moveTo(second: number, last: number): void {
    this.now = Math.min(Math.max(second, 0), last);
    this.isPlaying = this.mode === 'live' && this.now >= last;
  }

  toggle(last: number): void {
    this.isPlaying = !this.isPlaying;
    if (this.isPlaying && this.mode !== 'live' && this.now >= last) this.now = 0;
  }
}
