import type { Cause } from './causes/cause';
import { cpuLimit } from './causes/cpu-limit';
import {
  connectionPool,
  databaseConnections,
  databaseCpu,
  databaseDown,
  slowDatabase,
  slowQueries,
} from './causes/database';
import {
  crowdedDependency,
  dependencyCpu,
  dependencyDown,
  lateDependency,
  outgoingSockets,
  slowDependency,
} from './causes/dependency';
import { applicationErrors, clientErrors } from './causes/errors';
import { eventLoopBlock, eventLoopPauses } from './causes/event-loop-block';
import { generatorOnTime, loadGenerator, theMachine } from './causes/lab';
import { livenessProbe } from './causes/liveness-probe';
import { loadShed } from './causes/load-shed';
import { memoryLimit } from './causes/memory-limit';
import { crash, crashLoop, frozen, replicaDown } from './causes/pods';
import { slowIo } from './causes/slow-io';
import { moreRequestsPerUser, retryStorm } from './causes/users';
import { workerThreads } from './causes/worker-threads';

export type { Cause, Sign } from './causes/cause';
export { SYMPTOMS, type Symptom } from './causes/symptoms';

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
