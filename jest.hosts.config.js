/** Kinds of hosts that this one is not, in a virtual machine with a real kernel: `npm run test:hosts`. */
module.exports = {
  ...require('./jest.config.js'),
  testMatch: ['<rootDir>/test/hosts/**/*.vm.ts'],
  testTimeout: 10 * 60_000,
};
