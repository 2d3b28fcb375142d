const shared = { ...require('./jest.config.js') };
// Not of a project, but of all.
delete shared.testTimeout;
delete shared.maxWorkers;

const inFolder = (name) => `<rootDir>/test/kubernetes/${name}.k8s.ts`;
/** Those whose verdict is no other on a cluster: only when all are asked for. */
const ALL = process.env.LAB_ALL_EXPERIMENTS === '1' ? ['all-experiments'] : [];

/**
 * On a real cluster, the one of KUBECONFIG: `npm run test:kubernetes`. One at a time, because they share its node; of
 * what waits more than it computes, and judges no times, two may run side by side.
 */
module.exports = {
  projects: [
    { ...shared, displayName: 'waits', testMatch: ['apply', 'chart', 'faults', 'monitoring'].map(inFolder) },
    { ...shared, displayName: 'measures', testMatch: ['engine', 'shared', ...ALL].map(inFolder) },
  ],
  maxWorkers: 1,
  testTimeout: 15 * 60_000,
};
