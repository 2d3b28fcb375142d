export { embeddedRunner } from './embedded';
export { inClusterRunner } from './in-cluster/in-cluster-runner';
export type { LoadPods } from './in-cluster/load-pods';
export { k6Runner } from './k6/k6-runner';
