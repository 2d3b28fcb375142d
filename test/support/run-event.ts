import type { RunEvent } from '../../lab/model/events';

/** The first event of a recording, for tests that do not depend on what was run. */
export const RUN_EVENT: RunEvent = {
  type: 'run',
  t: 0,
  format: 1,
  id: 'synthetic',
  startedAt: '2026-01-01T00:00:00.000Z',
  experiment: 'synthetic',
  arm: 'default',
  length: 'compressed',
  timeScale: 1,
  engine: { name: 'local', limits: { rung: 'emulated', label: 'none' } },
  load: { runner: 'embedded' },
  props: {},
  versions: {},
};
