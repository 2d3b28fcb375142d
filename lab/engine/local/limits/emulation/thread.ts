/** The thread that emulates limits, apart from the lab's own so that a busy lab does not bend them. */
import { parentPort } from 'node:worker_threads';
import { Counters, type Answer, type Request } from './protocol';
import { Watch } from './watch';

/** Longest wait for processes to end after SIGKILL, ms. */
const REMOVAL_MS = 5_000;

const watches = new Map<string, Watch>();

async function handle(request: Request): Promise<boolean> {
  const watch = watches.get(request.cage);
  switch (request.type) {
    case 'open':
      watches.set(request.cage, new Watch(request.limits, new Counters(request.counters)));
      return true;
    case 'add':
      watch?.add(request.pid);
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
