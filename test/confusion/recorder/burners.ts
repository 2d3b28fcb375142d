import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Processes that take all CPU that they get. */
export class Burners {
  private running: ChildProcess[] = [];

  constructor(private readonly perCore: number) {}

  start(): void {
    this.running = Array.from({ length: this.perCore * availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
  }

  stop(): void {
    this.running.splice(0).forEach((burner) => burner.kill('SIGKILL'));
  }
}
