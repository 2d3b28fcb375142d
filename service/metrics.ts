import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addCgroupMetrics } from './cgroup-metrics';
import { HttpMetrics } from './http-metrics';
import { StageMetrics } from './stages';

/** From a route that does nothing to the longest delay of /api/slow. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Every metric of the service. Gauges are read from their owners at each scrape and cost nothing in between.
 */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addCgroupMetrics(registry);
  const histogram = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Histogram({ name, help, labelNames, buckets: SECONDS_BUCKETS, registers: [registry] });
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const gauge = (name: string, help: string) => (read: () => number) =>
    new Gauge({ name, help, registers: [registry], collect: set(read) });

  return {
    registry,
    http: new HttpMetrics(registry, SECONDS_BUCKETS),
    stages: new StageMetrics(registry),
    requestsShed: counter('requests_shed_total', 'Requests refused by a defence.', ['route', 'reason']),
    retainedBytes: gauge('retained_bytes', 'Bytes held by /api/memory-leak.'),

    workerThreadsBusy: gauge('worker_threads_busy', 'Worker threads that have a task.'),
    workerThreadsMax: gauge(
      'worker_threads_max',
      'Number of worker threads; 0 if CPU work runs on the event loop.',
    ),
    workerQueueSize: gauge('worker_queue_size', 'Tasks that wait for a worker thread.'),
    workerRunSeconds: histogram('worker_run_seconds', 'Time that tasks run in a worker thread.'),
    workerWaitSeconds: histogram('worker_wait_seconds', 'Time that tasks wait for a worker thread.'),

    downstreamSocketsUsed: gauge('downstream_sockets_used', 'Sockets that carry a downstream call.'),
    downstreamSocketsWaiting: gauge('downstream_sockets_waiting', 'Downstream calls that wait for a socket.'),
    downstreamSocketsMax: gauge('downstream_sockets_max', 'Limit of sockets to the downstream.'),
    downstreamSeconds: histogram(
      'downstream_request_duration_seconds',
      'Duration of downstream calls, including the wait for a socket.',
      ['result'],
    ),
    downstreamRetries: counter('downstream_retries_total', 'Downstream calls retried after a failure.'),
    circuitBreakerState: gauge('circuit_breaker_state', '0 closed, 1 half-open, 2 open.'),

    dbPoolTotal: gauge('db_pool_total', 'Connections of the pool.'),
    dbPoolIdle: gauge('db_pool_idle', 'Idle connections.'),
    dbPoolWaiting: gauge('db_pool_waiting', 'Queries that wait for a connection.'),
    dbPoolMax: gauge('db_pool_max', 'Limit of connections of the pool.'),
    dbAcquireSeconds: histogram('db_acquire_seconds', 'Wait for a connection, even if it was in vain.'),
    dbAcquireTimeouts: counter('db_acquire_timeouts_total', 'Waits for a connection that timed out.'),
    dbErrors: counter('db_errors_total', 'Failed queries and connections by SQLSTATE or reason.', ['code']),
  };
}

function set(read: () => number) {
  return function (this: Gauge): void {
    this.set(read());
  };
}
