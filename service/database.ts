import { Pool, type PoolClient, type QueryResult } from 'pg';
import type { Config } from './config';
import { HttpError } from './http-error';
import { log } from './log';
import type { Metrics } from './metrics';
import { codeOf, type RouteStages } from './stages';

/** Errors of pg and pg-pool that have neither SQLSTATE nor errno. */
const REASONS: Record<string, string> = {
  'timeout exceeded when trying to connect': 'acquire_timeout',
  'Connection terminated due to connection timeout': 'acquire_timeout',
  'Connection terminated unexpectedly': 'ECONNRESET',
  'Client has encountered a connection error and is not queryable': 'ECONNRESET',
};

/** What a route asks of the database. */
export interface Queries {
  /**
   * Runs one statement on a connection of the pool, as `pool.query` does, and measures the wait for the
   * connection.
   * @throws HttpError 503 with the reason: no connection in time, too many connections, not reachable, ...
   */
  query(text: string, values: unknown[]): Promise<QueryResult>;
}

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
      this.metrics.dbErrors.inc({ code: reasonOf(error) });
      log('database connection lost', { message: error.message });
    });
    metrics.dbPoolTotal(() => this.pool.totalCount);
    metrics.dbPoolIdle(() => this.pool.idleCount);
    metrics.dbPoolWaiting(() => this.pool.waitingCount);
    metrics.dbPoolMax(() => poolSize);
  }

  /** The database for one route, whose queries are counted for it. */
  of(route: string): Queries {
    const stages = this.metrics.stages.route(route, ['connection_wait', 'query']);
    return { query: (text, values) => this.query(stages, text, values) };
  }

  private async query(stages: RouteStages, text: string, values: unknown[]): Promise<QueryResult> {
    try {
      return await stages.pass('connection_wait', reasonOf, async (operation) => {
        const client = await this.acquire();
        operation.goOnTo('query');
        return run(client, text, values);
      });
    } catch (error) {
      const code = reasonOf(error);
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

/** A connection that breaks tells its query, too. Without a listener, the event would end the process. */
const queryTells = (): void => undefined;

/** Closes a connection on which a statement failed, as `pool.query` does, because its state is unknown. */
async function run(client: PoolClient, text: string, values: unknown[]): Promise<QueryResult> {
  client.on('error', queryTells);
  let failed = true;
  try {
    const result = await client.query(text, values);
    failed = false;
    return result;
  } finally {
    client.off('error', queryTells);
    client.release(failed);
  }
}

function reasonOf(error: unknown): string {
  return REASONS[(error as Error).message] ?? codeOf(error);
}
