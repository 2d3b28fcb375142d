import type { LabelledRun } from '../labelled';
import { MORE_REQUESTS, RETRY_STORM } from './clients';
import { CPU_LIMIT } from './cpu-limit';
import { CRASH, CRASH_LOOP, FROZEN } from './crash';
import { DATABASE_CPU, DATABASE_DOWN, SLOW_DATABASE } from './database';
import { LIVENESS_PROBE, LOAD_SHED, SLOW_IO } from './defence';
import { DEPENDENCY_CPU, DEPENDENCY_DOWN, SLOW_DEPENDENCY } from './dependency';
import { APPLICATION_ERRORS, CLIENT_ERRORS } from './errors';
import { HEALTHY } from './healthy';
import { GENERATOR, MACHINE } from './lab';
import { MEMORY } from './memory';
import { CONNECTIONS, POOL } from './pool';
import { REPLICA_DOWN } from './replica';
import { SOCKETS } from './sockets';
import { EVENT_LOOP, WORKERS } from './threads';

/** All labelled runs but the blind ones. */
export const LABELLED: LabelledRun[] = [
  ...HEALTHY,
  ...CPU_LIMIT,
  ...EVENT_LOOP,
  ...WORKERS,
  ...MEMORY,
  ...POOL,
  ...CONNECTIONS,
  ...SLOW_DEPENDENCY,
  ...DEPENDENCY_DOWN,
  ...DEPENDENCY_CPU,
  ...SOCKETS,
  ...SLOW_DATABASE,
  ...DATABASE_DOWN,
  ...DATABASE_CPU,
  ...SLOW_IO,
  ...LOAD_SHED,
  ...LIVENESS_PROBE,
  ...CRASH,
  ...CRASH_LOOP,
  ...FROZEN,
  ...REPLICA_DOWN,
  ...RETRY_STORM,
  ...MORE_REQUESTS,
  ...CLIENT_ERRORS,
  ...APPLICATION_ERRORS,
  ...GENERATOR,
  ...MACHINE,
];
