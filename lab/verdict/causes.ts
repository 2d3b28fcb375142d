import type { Cause } from './cause';
import { applicationErrors } from './causes/application-errors';
import { clientErrors } from './causes/client-errors';
import { connectionPool } from './causes/connection-pool';
import { cpuLimit } from './causes/cpu-limit';
import { crashLoop } from './causes/crash-loop';
import { crash } from './causes/crash';
import { databaseConnections } from './causes/database-connections';
import { databaseCpu } from './causes/database-cpu';
import { databaseDown } from './causes/database-down';
import { dependencyCpu } from './causes/dependency-cpu';
import { dependencyDown } from './causes/dependency-down';
import { eventLoopBlock, eventLoopPauses } from './causes/event-loop-block';
import { frozen } from './causes/frozen-process';
import { livenessProbe } from './causes/liveness-probe';
import { loadGenerator } from './causes/load-generator';
import { loadShed } from './causes/load-shed';
import { memoryLimit } from './causes/memory-limit';
import { moreRequestsPerUser } from './causes/more-requests-per-user';
import { outgoingSockets } from './causes/outgoing-sockets';
import { replicaDown } from './causes/replica-down';
import { retryStorm } from './causes/retry-storm';
import { slowDatabase, slowQueries } from './causes/slow-database';
import { crowdedDependency, lateDependency, slowDependency } from './causes/slow-dependency';
import { slowIo } from './causes/slow-io';
import { theMachine } from './causes/the-machine';
import { workerThreads } from './causes/worker-threads';
import { generatorOnTime } from './signs';

export type { Cause, Sign } from './cause';
export { SYMPTOMS, type Symptom } from './symptoms';

/** Named when no request was harmed. */
export const healthy: Cause = {
  name: 'healthy',
  lesson: 'baseline',
  mechanism: 'requests were answered quickly and successfully.',
  signs: [generatorOnTime],
  tryNext: [],
};

/**
 * What the diagnosis knows. It names the causes that explain the requests that were harmed, in this order. They
 * read only signals. To add a cause, add a row.
 */
export const CAUSES: Cause[] = [
  livenessProbe,
  retryStorm,
  memoryLimit,
  crashLoop,
  crash,
  replicaDown,
  databaseDown,
  databaseConnections,
  databaseCpu,
  slowQueries,
  slowDatabase,
  connectionPool,
  dependencyDown,
  dependencyCpu,
  slowDependency,
  crowdedDependency,
  lateDependency,
  outgoingSockets,
  frozen('backend'),
  frozen('downstream'),
  frozen('postgres'),
  eventLoopBlock,
  eventLoopPauses,
  cpuLimit,
  workerThreads,
  moreRequestsPerUser,
  slowIo,
  loadShed,
  loadGenerator,
  theMachine,
  applicationErrors,
  clientErrors,
  healthy,
];

/** Several rows may describe the same cause. The first one is the usual form of the failure. */
export function firstOfEachName(causes: Cause[]): Cause[] {
  return causes.filter(({ name }, index) => causes.findIndex((other) => other.name === name) === index);
}
