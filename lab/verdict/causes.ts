import { loadShed } from './causes/defences';
import { loadGenerator, theMachine } from './causes/lab';
import { livenessProbe, retryStorm } from './causes/loops';
import { cpuLimit, eventLoopBlock, memoryLimit } from './causes/resources';
import { type Cause, requestsHarmed, SUSTAINED } from './causes/sign';
import { connectionPool, databaseConnections, slowDependency, slowIo } from './causes/waiting';
import { GENERATOR_LATE_MS } from './validity';

export type { Cause, Sign } from './causes/sign';
export { SYMPTOMS, type Symptom } from './causes/symptoms';

const healthy: Cause = {
  name: 'healthy',
  lesson: 'baseline',
  mechanism: 'requests were answered quickly and well.',
  signs: [
    {
      ...requestsHarmed,
      is: '<',
      yes: 'no request failed or took long',
      no: 'requests failed or took over a second',
    },
    {
      signal: 'generator_delay',
      ...SUSTAINED,
      is: '<',
      threshold: GENERATOR_LATE_MS,
      yes: 'the load generator kept its schedule',
      no: 'the load generator was late by itself',
    },
  ],
  tryNext: [],
};

/**
 * Every cause whose signs are all there is named; of the others the first missing sign says what rules them out.
 * The order is that in which they are told. They read only signals. To add a cause, add a row.
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
