/** Everything that must not outlive the lab, even when the lab is killed by SIGKILL. */
export interface Lifetime {
  readonly runId: string;
  /** Records a process group by its leader's pid; it is killed when the lab dies. */
  trackGroup(pid: number): void;
  /** Forgets a group that has ended. */
  untrackGroup(pid: number): void;
  /** Records a cgroup directory, before it is made; everything in it is killed and it is removed when the lab dies. */
  trackCgroup(path: string): void;
  untrackCgroup(path: string): void;
  /** Makes a directory of the run, removed with the run. */
  tempDir(name: string): string;
  /** Kills and removes everything that is tracked, and the state directory; idempotent. */
  close(): Promise<void>;
}
