import { connectionsForPools, poolWithin } from '../advice/enough';
import type { Cause } from '../cause';
import { WAITS, DATABASE_STAGES } from '../signs';

export const databaseConnections: Cause = {
  name: 'database connections',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the pods together wanted more connections than the database allows (max_connections minus those it reserves). The database refused the rest, and requests on pods that got no connection failed at once.',
  explains: [...WAITS, 'fast error', 'other'],
  stages: DATABASE_STAGES,
  signs: [
    {
      signal: 'connections_refused',
      is: '>=',
      threshold: 1,
      yes: 'PostgreSQL refused connections because too many were open',
      no: 'PostgreSQL refused no connections',
    },
  ],
  // Each refused attempt costs the database a process and the backend a handshake.
  includes: ['connection pool', 'database CPU', 'cpu limit'],
  tryNext: [
    {
      says: 'allow more connections',
      set: { 'postgres.maxConnections': 100 },
      enough: connectionsForPools,
    },
    { says: 'put a connection pooler in front of the database', set: { 'postgres.pooler.enabled': true } },
    {
      says: 'keep pods times pool size within what the database allows',
      isLess: true,
      enough: poolWithin,
    },
  ],
};
