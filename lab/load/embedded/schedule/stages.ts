/** One stage of a ramp: the value moves linearly to `target` (VUs, or iterations per time unit). */
export interface Stage {
  durationMs: number;
  target: number;
}

export function totalMs(stages: Stage[]): number {
  return stages.reduce((sum, stage) => sum + stage.durationMs, 0);
}
