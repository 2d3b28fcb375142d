import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { log } from './log';

/** Where the process is in its life, and how it ends. */
export class Lifecycle {
  state: 'starting' | 'ready' | 'draining' = 'starting';

  /** @param release frees whatever else keeps the process busy, after the last request. */
  constructor(
    private readonly config: { drainDelayMs: number; drainTimeoutMs: number },
    private readonly release: () => Promise<void>,
  ) {}

  ready(): void {
    if (this.state !== 'starting') return;
    this.state = 'ready';
    log('ready');
  }

  /**
   * Becomes unready at once and refuses new connections after the delay. Requests in flight have until the
   * timeout. Never returns: exits with 0 when everything was answered, with 1 after the timeout or when asked
   * a second time.
   */
  async drain(server: Server): Promise<never> {
    if (this.state === 'draining') return this.stop(false);
    this.state = 'draining';
    log('draining');
    // Tells clients on keep-alive connections to go elsewhere.
    server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'));
    await sleep(this.config.drainDelayMs);
    const closed = once(server.close(), 'close').then(this.release);
    // Connections that become idle from now on would otherwise stay for the keep-alive timeout.
    setInterval(() => server.closeIdleConnections(), 20).unref();
    return this.stop(await Promise.race([closed.then(() => true), sleep(this.config.drainTimeoutMs, false)]));
  }

  private stop(drained: boolean): never {
    log('stopped', { drained });
    process.exit(drained ? 0 : 1);
  }
}
