import { enoughConnections } from '../advice/enough';
import type { Cause } from '../cause';
import { SUSTAINED, WAITS, DATABASE_STAGES } from '../signs';

export const connectionPool: Cause = {
  name: 'connection pool',
  lesson: 'db-pool-exhaust',
  mechanism:
    'waiting queries held every connection of the pool. Other queries queued for a connection until they timed out, while the database itself was almost idle.',
  each: 'pod',
  explains: [...WAITS, 'fast error', 'other'],
  stages: DATABASE_STAGES,
  signs: [
    {
      signal: 'pool_waiting',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'queries waited for a connection',
      no: 'no query waited for a connection',
    },
    {
      signal: 'pool_used_share',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.9,
      yes: 'the whole pool was in use',
      no: 'the pool had idle connections',
    },
    {
      signal: 'cpu_limit_share',
      app: 'postgres',
      ifMeasured: true,
      ...SUSTAINED,
      is: '<',
      threshold: 0.8,
      yes: 'PostgreSQL was not short of CPU',
      no: 'PostgreSQL itself was short of CPU',
    },
  ],
  tryNext: [
    {
      says: 'run fewer queries at once in each request',
      set: { 'backend.defences.queryConcurrency': 2 },
      isLess: true,
      actsOn: ['/api/db-pool-exhaust'],
    },
    {
      says: 'enlarge the pool, as far as the database allows connections',
      set: { 'backend.dbPoolSize': 20, 'postgres.maxConnections': 50 },
      enough: enoughConnections,
    },
    { says: 'do not add replicas: they share the same database and do not help' },
  ],
};
