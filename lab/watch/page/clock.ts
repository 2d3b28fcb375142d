/** The page's position in the run. It follows a live run, plays a recorded one, or stands still. */
export class Clock {
  /** Second of the load that is shown. */
  now: number;
  /** Whether a live run is followed, or a recording plays. */
  isPlaying: boolean;
  /** Whether the end was seen. From then on, the whole run stays on show, and `now` only points into it. */
  private isRevealed: boolean;
  /** Whether `now` points into what is on show, which goes on until this second. */
  private pointed?: { shown: number };
  private lastFrame?: number;

  constructor(
    private mode: 'live' | 'replay' | 'report',
    public speed: number,
  ) {
    this.isPlaying = mode !== 'report';
    this.isRevealed = mode === 'report';
    this.now = mode === 'report' ? Infinity : 0;
  }

  /** Whether it follows a run that goes on. */
  get isLive(): boolean {
    return this.mode === 'live';
  }

  /** The second up to which the page may show the run. */
  shownUntil(last: number): number {
    return this.isLive || this.isRevealed
      ? last
      : Math.min(Math.max(this.now, this.pointed?.shown ?? 0), last);
  }

  /** The second to mark: where `now` points to, or is not simply the last one on show. */
  marked(last: number): number | undefined {
    return this.pointed || this.now < this.shownUntil(last) ? Math.min(this.now, last) : undefined;
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
    if (this.isPlaying) this.now = this.isLive ? last : this.now + passed * this.speed;
    if (this.now >= last) {
      this.now = last;
      if (!this.isLive && isWhole) {
        this.isPlaying = false;
        this.isRevealed = true;
      }
    }
    return Math.floor(this.now) !== before;
  }

  /** The live run is over: from now on, it is a recording like any other, shown to its end. */
  endLive(last: number): void {
    if (!this.isLive) return;
    this.mode = 'replay';
    this.isRevealed = true;
    if (this.isPlaying) this.now = last;
    this.isPlaying = false;
  }

  /** Goes to a moment and hides nothing that is on show. */
  pointTo(second: number, last: number): void {
    const shown = this.shownUntil(last);
    this.moveTo(second, last);
    if (!this.isPlaying) this.pointed = { shown };
  }

  moveTo(second: number, last: number): void {
    delete this.pointed;
    this.now = Math.min(Math.max(second, 0), last);
    this.isPlaying = this.isLive && this.now >= last;
  }

  /** To play a run again hides what the end has shown. */
  toggle(last: number): void {
    this.isPlaying = !this.isPlaying;
    delete this.pointed;
    if (!this.isPlaying || this.isLive) return;
    this.isRevealed = false;
    if (this.now >= last) this.now = 0;
  }
}
