import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig, type Config } from './config';
import { ContentionQueue } from './contention-queue';
import { createMetrics } from './metrics';
import { createDownstream } from './server';

const log = (event: string, fields: object = {}) =>
  console.log(JSON.stringify({ time: new Date().toISOString(), event, ...fields }));

const config = configOrExit();
let draining = false;
const queue = new ContentionQueue(config.law);
const server = createDownstream(queue, createMetrics(queue), () => !draining);

server.once('error', (error) => {
  log('error', { message: error.message });
  process.exit(1);
});
server.listen(config.port, config.host, () => {
  const { address, port } = server.address() as AddressInfo;
  log('started', { address, port });
  log('ready');
});
process.on('SIGTERM', () => void drain());
process.on('SIGINT', () => void drain());

/**
 * Becomes unready at once and refuses new connections after the delay. Calls in flight have until the
 * timeout. When asked twice, it ends at once.
 */
async function drain(): Promise<void> {
  if (draining) process.exit(1);
  draining = true;
  log('draining');
  server.prependListener('request', (_, response) => response.setHeader('Connection', 'close'));
  await sleep(config.drainDelayMs);
  const closed = once(server.close(), 'close');
  // Connections that become idle from now on would otherwise stay for the keep-alive timeout.
  setInterval(() => server.closeIdleConnections(), 20).unref();
  const drained = await Promise.race([closed.then(() => true), sleep(config.drainTimeoutMs, false)]);
  log('stopped', { drained });
  process.exit(drained ? 0 : 1);
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
