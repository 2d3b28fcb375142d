import type { Cause } from '../cause';
import { SUSTAINED, WAITS, DATABASE_STAGES } from '../signs';

export const databaseCpu: Cause = {
  name: 'database CPU',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the database had too little CPU of its own. Its queries took long and held their connections meanwhile, so others queued for a connection.',
  each: 'pod',
  app: 'postgres',
  explains: [...WAITS, 'fast error', 'other'],
  stages: DATABASE_STAGES,
  includes: ['connection pool', 'slow database'],
  signs: [
    {
      signal: 'cpu_limit_share',
      app: 'postgres',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.8,
      yes: "the database's CPU use was at its limit",
      no: "the database's CPU use stayed below its limit",
    },
    {
      signal: 'cpu_throttled_share',
      app: 'postgres',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'the database was throttled',
      no: 'the database was hardly throttled',
    },
  ],
  tryNext: [
    { says: 'give the database more CPU', set: { 'postgres.cpuLimitMillicores': 1000 } },
    { says: 'make its queries cheaper, or ask less often' },
  ],
};
