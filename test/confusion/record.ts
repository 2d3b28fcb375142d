import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Experiment, DEFAULT_ARM } from '../../lab/model/experiment';
import { experiment } from '../../lab/run/catalogue';
import { recordOne, runId } from '../../lab/run/record';
import { recordingOf } from './matrix';
import { RUNS, type ConfusionRun } from './runs';
import { trim } from './trim';

/**
 * Records the named runs of the confusion matrix, or all missing ones, one at a time:
 * `npm run confusion:record [NAME…]`. Each takes about a minute.
 */
async function main(names: string[]): Promise<void> {
  const chosen = RUNS.filter(({ name }) =>
    names.length > 0 ? names.includes(name) : !existsSync(recordingOf(name)),
  );
  for (const run of chosen) await record(run);
}

async function record(run: ConfusionRun): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-confusion-'));
  const burners = burn((run.burnersPerCore ?? 0) * availableParallelism());
  try {
    const file = join(folder, 'recording.jsonl');
    const definition = withFlood(experiment(run.experiment), run.flood);
    await recordOne(
      {
        id: runId(run.name),
        file,
        name: run.experiment,
        experiment: definition,
        arm: run.flood ? 'flood' : (run.arm ?? DEFAULT_ARM),
        ...(run.flood && { script: join(__dirname, 'flood.js') }),
      },
      {
        length: 'compressed',
        props: {},
        set: run.set ?? [],
        out: folder,
        load: 'embedded',
        signal: new AbortController().signal,
      },
    );
    trim(file, recordingOf(run.name));
  } finally {
    burners.forEach((burner) => burner.kill('SIGKILL'));
    rmSync(folder, { recursive: true, force: true });
  }
}

function withFlood(definition: Experiment, users = 0): Experiment {
  const flood = { title: 'flood', props: {}, env: { FLOOD_USERS: String(users) } };
  return { ...definition, arms: { ...definition.arms, flood } };
}

function burn(count: number): ChildProcess[] {
  return Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
}

void main(process.argv.slice(2));
