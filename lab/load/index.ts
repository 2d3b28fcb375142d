export { embeddedRunner } from './embedded/embedded-runner';
export { k6Runner } from './k6/k6-runner';
export { decodeHistogram } from './metrics/requests';
export { textSummary } from './metrics/text-summary';
export type { LoadOptions, LoadRunner, LoadSummary } from './runner';
