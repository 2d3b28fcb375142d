import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, type TestPrometheus } from '../support/prometheus';
import { replay } from '../support/replay';
import { committedRecordings, type CommittedRun } from './recordings';

/** Puts all committed recordings into one real Prometheus for the tests of a `describe`. */
export function replayed(): { runs: CommittedRun[]; prometheus: () => TestPrometheus } {
  const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-replayed-'));
  const runs = committedRecordings();
  let prometheus: TestPrometheus | undefined;
  beforeAll(async () => {
    replay(runs, folder);
    prometheus = await startPrometheus({ data: folder });
  }, 120_000);
  afterAll(async () => {
    await prometheus?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { runs, prometheus: () => prometheus! };
}
