export { embeddedRunner } from './embedded-runner';
export { testOf, writeOutputs } from './run-script';
export { AbortedInInit } from './vu';
