/**
 * Waits in its own session until the lab ends, in whatever way, and then removes what the lab left behind.
 * Its standard input is a pipe from the lab that never carries data. The kernel closes it when the lab dies.
 * Argument: the run's folder.
 */
import { reap } from './reap';
import { readState } from './state';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

process.stdin.resume();
process.stdin.once('close', () => {
  const folder = process.argv[2] as string;
  const state = readState(folder);
  if (state) void reap(folder, state);
});
