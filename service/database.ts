import { Pool, type PoolClient, type QueryResult } from 'pg';
import type { Config } from './config';
import { HttpError } from './http-error';
import { log } from './log';
import type { Metrics } from './metrics';

/** Errors of pg-pool that have no SQLSTATE. */
const TIMEOUTS: Record<string, string> = {
  'timeout exceeded when trying to connect': 'acquire_timeout',
  'Connection terminated due to connection timeout': 'acquire_timeout',
};

/**
 * The bounded pool that all routes share. It connects on demand: a missing database fails queries, not the
 * service.
 */
export class Database {
  private readonly pool: Pool;

  constructor(
    config: Config,
    private readonly metrics: Metrics,
  ) {
    const { host, port, name: database, user, password, poolSize, acquireTimeoutMs } = config.database;
    this.pool = new Pool({
      ...{ host, port, database, user, password },
      application_name: config.podName,
      max: poolSize,
      min: 0,
      connectionTimeoutMillis: acquireTimeoutMs,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
    });
    // A connection that breaks while idle is replaced on demand. Without a listener, the error would end the
    // process.
    this.pool.on('error', (error) => {
      this.metrics.dbErrors.inc({ code: codeOf(error) });
      log('database connection lost', { message: error.message });
    });
    metrics.dbPoolTotal(() => this.pool.totalCount);
    metrics.dbPoolIdle(() => this.pool.idleCount);
    metrics.dbPoolWaiting(() => this.pool.waitingCount);
    metrics.dbPoolMax(() => poolSize);
  }

  /**
   * Runs one statement on a connection of the pool, as `pool.query` does, and measures the wait for the
   * connection.
   * @throws HttpError 503 with the reason: no connection in time, too many connections, not reachable, ...
   */
  async query(text: string, values: unknown[]): Promise<QueryResult> {
    try {
      const client = await this.acquire();
      return await run(client, text, values);
    } catch (error) {
      const code = codeOf(error);
      this.metrics.dbErrors.inc({ code });
      if (code === 'acquire_timeout') this.metrics.dbAcquireTimeouts.inc();
      throw new HttpError(503, `database: ${(error as Error).message || code} (${code})`);
    }
  }

  private async acquire(): Promise<PoolClient> {
    const observe = this.metrics.dbAcquireSeconds.startTimer();
    try {
      return await this.pool.connect();
    } finally {
      observe();
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** Closes a connection on which a statement failed, as `pool.query` does, because its state is unknown. */
async function run(client: PoolClient, text: string, values: unknown[]): Promise<QueryResult> {
  try {
    const result = await client.query(text, values);
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: string };
  return TIMEOUTS[message ?? ''] ?? (typeof code === 'string' ? code : 'unknown');
}
