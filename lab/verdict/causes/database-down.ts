import type { Cause } from '../cause';
import { SUSTAINED, DATABASE_STAGES } from '../signs';

export const databaseDown: Cause = {
  name: 'database down',
  lesson: 'db-pool-exhaust',
  mechanism:
    'the database could not be reached: connections were refused or cut off. Requests that need it failed, most of them at once; the others did not.',
  stages: DATABASE_STAGES,
  includes: ['connection pool', 'slow database'],
  signs: [
    {
      signal: 'database_unreachable',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'connections to the database were refused or cut off',
      no: 'no connection to the database was refused or cut off',
    },
  ],
  tryNext: [
    { says: 'bring the database back, or correct its address' },
    { says: 'answer from a cache or with less where that is possible' },
  ],
};
