import { loadShed } from './causes/defences';
import { loadGenerator, theMachine } from './causes/lab';
import { livenessProbe, retryStorm } from './causes/loops';
import { cpuLimit, eventLoopBlock, memoryLimit } from './causes/resources';
import { type Cause, generatorOnTime, requestsHarmed } from './causes/sign';
import { connectionPool, databaseConnections, slowDependency, slowIo } from './causes/waiting';

export type { Cause, Sign } from './causes/sign';
export { SYMPTOMS, type Symptom } from './causes/symptoms';

const healthy: Cause = {
  name: 'healthy',
  lesson: 'baseline',
  mechanism: 'requests were answered quickly and successfully.',
  signs: [
    {
      ...requestsHarmed,
      is: '<',
      yes: 'requests neither failed nor took over a second',
      no: 'requests failed or took over a second',
    },
    generatorOnTime,
  ],
  tryNext: [],
};

/**
 * The diagnosis names every cause whose signs are all present. The first missing sign of each other cause
 * rules it out. Causes are reported in this order. They read only signals. To add a cause, add a row.
 */
export const CAUSES: Cause[] = [
  livenessProbe,
  retryStorm,
  memoryLimit,
  databaseConnections,
  connectionPool,
  slowDependency,
  eventLoopBlock,
  cpuLimit,
  slowIo,
  loadShed,
  loadGenerator,
  theMachine,
  healthy,
];
