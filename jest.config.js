/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/transform.js' },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/dist/'],
  setupFiles: ['<rootDir>/test/support/seed.ts'],
  testTimeout: 30_000,
  // Many tests wait for processes of their own; a core that jest leaves free would wait with them.
  maxWorkers: '100%',
};
