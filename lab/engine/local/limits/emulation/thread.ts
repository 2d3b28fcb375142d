/**
 * The thread that emulates limits. It is separate from the lab's main thread, so a busy lab does not distort
 * them.
 */
import { parentPort } from 'node:worker_threads';
import { Counters, type Answer, type Request } from './protocol';
import { Watch } from './watch';

/** Longest wait for processes to end after SIGKILL, ms. */
const REMOVAL_MS = 5_000;

const watches = new Map<string, Watch>();
let timer: NodeJS.Timeout | undefined;

/** Checks the cages that are due. All share one timer, because waking up costs more than checking. */
function look(): void {
  clearTimeout(timer);
  const now = performance.now();
  for (const watch of watches.values()) watch.look(now);
  const deadline = Math.min(...[...watches.values()].map((watch) => watch.deadline));
  timer = deadline === Infinity ? undefined : setTimeout(look, Math.max(1, deadline - performance.now()));
}

async function handle(request: Request): Promise<boolean> {
  const watch = watches.get(request.cage);
  switch (request.type) {
    case 'open':
      watches.set(request.cage, new Watch(request.limits, new Counters(request.counters)));
      return true;
    case 'add':
      watch?.add(request.pid);
      look();
      return true;
    case 'kill':
      watch?.kill();
      return true;
    case 'remove':
      watches.delete(request.cage);
      return (await watch?.clear(REMOVAL_MS)) ?? true;
  }
}

parentPort?.on('message', (request: Request) => {
  void handle(request).then((done) => parentPort?.postMessage({ id: request.id, done } satisfies Answer));
});
