import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrometheus, type TestPrometheus } from '../support/prometheus';
import { replay } from '../support/replay';
import { committedRecordings, type CommittedRun } from './recordings';

/** Puts the golden runs and some labelled ones into one real Prometheus for the tests of a `describe`. */
export function replayed(labelled: readonly string[] = []): { runs: CommittedRun[]; prometheus: () => TestPrometheus } {
  const folder = mkdtempSync(join(tmpdir(), 'backend-under-load-replayed-'));
  const runs = committedRecordings(labelled);
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
