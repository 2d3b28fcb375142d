/** Whole experiments, minutes each: `npm run test:e2e`. One at a time, because they share the machine's cores. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  maxWorkers: 1,
  testTimeout: 30 * 60_000,
};
