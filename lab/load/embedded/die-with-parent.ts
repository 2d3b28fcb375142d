import { Worker } from 'node:worker_threads';

const CHECK_EVERY_MS = 1000;

/** Runs in a thread of its own: a script in an endless loop keeps the main thread from noticing anything. */
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => {
    if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL');
  }, workerData.everyMs);
`;

/** Kills this process when its parent is gone, whatever this process is busy with. */
export function dieWithParent(): void {
  const workerData = { parent: process.ppid, everyMs: CHECK_EVERY_MS };
  new Worker(WATCH, { eval: true, workerData }).unref();
}
