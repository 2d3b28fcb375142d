import type { ServerResponse } from 'node:http';
import type { PageLog } from './log';

/** Longer than any pause of a live page. A page that is cut off reconnects by itself and resumes. */
const STALLED_MS = 10_000;
/** Detects the connection of a page that has silently gone. */
const IDLE_MS = 15_000;

/**
 * Sends a log to one browser at the browser's own pace. Messages that it has not read stay in the log.
 * Nothing beyond the socket's own buffer is kept for it, and the run never waits for it.
 */
export function sendTo(
  response: ServerResponse,
  log: PageLog,
  lastId: string | undefined,
  stalledMs = STALLED_MS,
): void {
  let id = lastId;
  let isFull = false;
  let stalled: NodeJS.Timeout | undefined;
  const write = (text: string): void => {
    if (response.write(text)) return;
    isFull = true;
    stalled = setTimeout(() => response.destroy(), stalledMs);
  };
  response.on('drain', () => {
    clearTimeout(stalled);
    isFull = false;
    pump();
  });
  const pump = (): void => {
    while (!isFull && !response.destroyed) {
      const next = log.after(id);
      if (!next) return;
      id = next.id;
      write(next.text);
    }
  };
  const idle = setInterval(() => {
    if (!isFull) write(': still here\n\n');
  }, IDLE_MS);
  const unfollow = log.follow(pump);
  response.once('close', () => {
    clearInterval(idle);
    clearTimeout(stalled);
    unfollow();
  });
  response.on('error', () => response.destroy());
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  write('retry: 1000\n\n');
  pump();
}
