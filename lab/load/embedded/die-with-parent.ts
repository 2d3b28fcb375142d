import { Worker } from 'node:worker_threads';

const CHECK_EVERY_MS = 1000;

/** Runs in its own thread, because a script in an endless loop blocks the main thread. */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
  }, workerData.everyMs);
`;

/** Kills this process when its parent is gone, even if this process is busy. */
export function dieWithParent(): void {
  const workerData = { parent: process.ppid, everyMs: CHECK_EVERY_MS };
  new Worker(WATCH, { eval: true, workerData }).unref();
}
