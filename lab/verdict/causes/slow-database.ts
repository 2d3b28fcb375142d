import type { Cause } from '../cause';
import { backendFree, SUSTAINED, WAITS, DATABASE_STAGES } from '../signs';

export const slowDatabase: Cause = {
  name: 'slow database',
  lesson: 'db-pool-exhaust',
  mechanism:
    'queries took far longer than at other times of the run, although the database had CPU to spare: they waited for a lock, a disk or each other. They held their connections meanwhile.',
  each: 'route',
  explains: [...WAITS, 'fast error', 'other'],
  stages: DATABASE_STAGES,
  includes: ['connection pool'],
  signs: [
    {
      signal: 'query_time',
      ...SUSTAINED,
      is: '>=',
      threshold: 500,
      yes: 'queries took over half a second',
      no: 'queries were quick',
    },
    {
      signal: 'query_time',
      ...SUSTAINED,
      relativeTo: { signal: 'query_time', take: 'min', stepSeconds: 5 },
      is: '>=',
      threshold: 10,
      yes: 'the same queries were far quicker at other times',
      no: 'queries took about the same time throughout',
    },
    {
      signal: 'cpu_limit_share',
      app: 'postgres',
      ifMeasured: true,
      ...SUSTAINED,
      is: '<',
      threshold: 0.8,
      yes: 'the database had CPU to spare',
      no: 'the database itself was short of CPU',
    },
    backendFree,
  ],
  tryNext: [
    { says: 'look for locks (pg_locks, pg_stat_activity.wait_event) at the time given' },
    { says: 'let statements give up: lock_timeout and statement_timeout' },
  ],
};

/** The same where they always take so long, which shows only while nothing queues in front of them. */
export const slowQueries: Cause = {
  ...slowDatabase,
  stages: ['query'],
  mechanism:
    'queries took long, although the database had CPU to spare and the pool had room: they waited for a lock, a disk or each other. The requests that made them waited with them.',
  signs: [
    slowDatabase.signs[0]!,
    {
      signal: 'pool_waiting',
      ...SUSTAINED,
      is: '<',
      threshold: 1,
      yes: 'nothing waited for a connection',
      no: 'queries waited for a connection',
    },
    ...slowDatabase.signs.slice(2),
  ],
};
