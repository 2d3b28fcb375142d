import type { AddressInfo } from 'node:net';
import { createApp } from './app';
import { readConfig, type Config } from './config';
import { Database } from './database';
import { DownstreamClient } from './downstream-client';
import { Lifecycle } from './lifecycle';
import { log, logError } from './log';
import { createMetrics } from './metrics';
import { RetainedMemory } from './retained-memory';
import { createServer } from './server';
import { CpuWork } from './workers/cpu-work';

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

const config = configOrExit();
const metrics = createMetrics();
const work = new CpuWork(config, metrics);
const downstream = new DownstreamClient(config.downstream, metrics);
const database = new Database(config, metrics);
const memory = new RetainedMemory(config.retainedEntries);
metrics.retainedBytes(() => memory.bytes);
const lifecycle = new Lifecycle(config, async () => {
  downstream.close();
  await Promise.all([work.close(), database.close()]);
});
const server = createServer(createApp({ config, lifecycle, metrics, work, memory, downstream, database }));

process.on('SIGTERM', () => void lifecycle.drain(server));
process.on('SIGINT', () => void lifecycle.drain(server));
server.once('error', fail);
server.listen(config.port, config.host, () => void start());

/** From here on the service answers probes and scrapes. It is ready when it knows what its work costs. */
async function start(): Promise<void> {
  const { address, port } = server.address() as AddressInfo;
  log('started', { address, port });
  log('calibrated', await work.start());
  lifecycle.ready();
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

function fail(error: unknown): never {
  logError(error);
  process.exit(1);
}
