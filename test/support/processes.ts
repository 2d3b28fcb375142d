import type { ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';

const PATIENCE_MS = 5_000;

/** Asks a process to end, kills it if it does not, and waits until it is gone. */
export async function quit(child: ChildProcess, ask: NodeJS.Signals, force: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(ask);
  const timer = setTimeout(() => child.kill(force), PATIENCE_MS);
  await exited;
  clearTimeout(timer);
}

export function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
