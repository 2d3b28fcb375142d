/** A labelled run that has a cause, with which the advice of that cause is tried. */
interface Tried {
  cause: string;
  /** Its name. Its diagnosis finds this cause and no other. */
  run: string;
}

/**
 * Every cause whose advice has settings. Most runs are the plain ones of their causes. For the slow dependency it is another
 * one, because a bulkhead acts on no other route, and for the worker threads, because twice the threads need the CPU of
 * a whole machine of two cores there.
 */
export const TRIED: Tried[] = [
  { cause: 'liveness probe', run: 'probe-sixty-users' },
  { cause: 'retry storm', run: 'storm-cpu' },
  { cause: 'memory limit', run: 'leak-60-mb-a-second' },
  { cause: 'crash', run: 'crash-once' },
  { cause: 'database connections', run: 'connections-two-for-a-pool-of-hundred' },
  { cause: 'database CPU', run: 'database-without-index' },
  { cause: 'connection pool', run: 'pool-200-queries-a-second' },
  { cause: 'dependency down', run: 'dependency-dead' },
  { cause: 'dependency CPU', run: 'dependency-20m' },
  { cause: 'slow dependency', run: 'dependency-crowded-by-fan-out' },
  { cause: 'outgoing sockets', run: 'sockets-60-calls-a-second' },
  { cause: 'event-loop block', run: 'loop-45-a-second' },
  { cause: 'cpu limit', run: 'cpu-45-a-second' },
  { cause: 'worker threads', run: 'one-thread-48-a-second' },
  { cause: 'slow I/O only', run: 'io-4s' },
];

/** Advice with settings that no run tries. */
export const UNTRIED: { cause: string; says: string; because: string }[] = [];
