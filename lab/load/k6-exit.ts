/** k6's exit codes (errext/exitcodes in k6). */
export const K6_EXIT = {
  ok: 0,
  thresholdsFailed: 99,
  setupTimeout: 100,
  teardownTimeout: 101,
  stoppedByRequest: 103,
  invalidConfig: 104,
  aborted: 105,
  scriptException: 107,
  abortedByScript: 108,
  markedAsFailed: 110,
} as const;
