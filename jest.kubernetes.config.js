/** On a real cluster, the one of KUBECONFIG: `npm run test:kubernetes`. One at a time, because they share its node. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/kubernetes/**/*.k8s.ts'],
  maxWorkers: 1,
  testTimeout: 15 * 60_000,
};
