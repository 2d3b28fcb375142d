/** The page in a real Chromium: `npm run test:browser`. One at a time; nothing here may be skipped. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/browser/**/*.browser.ts'],
  maxWorkers: 1,
  testTimeout: 3 * 60_000,
};
