const shared = { ...require('./jest.config.js') };
// Not of a project, but of all.
delete shared.testTimeout;
delete shared.maxWorkers;

const inFolder = (name) => `<rootDir>/test/e2e/${name}.e2e.ts`;
/** Whatever else the machine does changes nothing. */
const COMPUTES = ['release'];
/** These wait more than they compute, and judge no times of a loaded system: two may run side by side. */
const WAITS = ['advise', 'faults', 'faults-outside', 'labelled', 'lifecycle'];
/** Long, and seldom touched by a change: only when all are asked for. */
const SELDOM = process.env.LAB_ALL_BENCHES === '1' ? [] : ['bench-generator'];
const others = [...COMPUTES, ...WAITS, ...SELDOM].map((name) => `/test/e2e/${name}\\.e2e\\.ts$`);

/** Whole experiments, minutes each: `npm run test:e2e`. One at a time, because they share the machine's cores. */
module.exports = {
  projects: [
    { ...shared, displayName: 'computes', testMatch: COMPUTES.map(inFolder) },
    { ...shared, displayName: 'waits', testMatch: WAITS.map(inFolder) },
    {
      ...shared,
      displayName: 'measures',
      testMatch: [inFolder('**/*')],
      testPathIgnorePatterns: ['/node_modules/', ...others],
    },
  ],
  maxWorkers: 1,
  testTimeout: 30 * 60_000,
};
