import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Emit } from '../../../lab/model/events';
import { type Experiment, DEFAULT_ARM } from '../../../lab/model/experiment';
import { experiment } from '../../../lab/run/catalogue';
import { armProps, type OneRun, recordOne, runId } from '../../../lab/run/record';
import { isWhole } from '../../../lab/run/trials';
import { ARM, experimentOf, type LabelledRun } from '../labelled';
import type { ConfusionRun } from '../runs';
import { trim } from '../trim';
import { Burners } from './burners';
import { Happenings } from './happenings';

/** How a run is carried out. */
interface Plan {
  one: Omit<OneRun, 'id' | 'file'>;
  hear: Emit;
  /** Called when the run is over, in whatever way. May be called twice. */
  end(): void | Promise<void>;
}

/**
 * Carries out one run and stores what the rules need of its recording. Stores nothing when it is interrupted.
 * @throws Error when the run breaks off, or when something that is to happen in it did not.
 */
export async function recordRun(
  run: ConfusionRun | LabelledRun,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lab-confusion-'));
  const file = join(folder, 'recording.jsonl');
  const { one, hear, end } = 'load' in run ? planOfLabelled(run) : planOfExperiment(run);
  const settings = { props: {}, set: run.set ?? [] };
  try {
    await recordOne(
      { id: runId(run.name), file, ...one },
      { ...settings, length: 'compressed', out: folder, load: 'embedded', listeners: [() => hear], signal },
    );
    if (signal.aborted) return;
    await end();
    if (!isWhole(file)) throw new Error('the run broke off');
    trim(file, to);
  } finally {
    await Promise.resolve(end()).catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

function planOfLabelled(run: LabelledRun): Plan {
  const definition = experimentOf(run);
  const { postgres } = armProps(definition, ARM, { props: {}, set: run.set ?? [] });
  const access = { database: postgres.database, password: postgres.adminPassword };
  const happenings = new Happenings(run.happens ?? [], run.load.seconds, access);
  const burners = new Burners(run.burnersPerCore ?? 0);
  return {
    one: {
      name: run.name,
      experiment: definition,
      arm: ARM,
      script: join(__dirname, '..', 'load.js'),
    },
    hear: (event) => {
      if (event.type === 'phase' && event.name === 'load') burners.start();
      happenings.hear(event);
    },
    end: async () => {
      burners.stop();
      await happenings.end();
    },
  };
}

function planOfExperiment(run: ConfusionRun): Plan {
  const burners = new Burners(run.burnersPerCore ?? 0);
  burners.start();
  return {
    one: {
      name: run.experiment,
      experiment: withFlood(experiment(run.experiment), run.flood),
      arm: run.flood ? 'flood' : (run.arm ?? DEFAULT_ARM),
      ...(run.flood && { script: join(__dirname, '..', 'flood.js') }),
    },
    hear: () => undefined,
    end: () => burners.stop(),
  };
}

function withFlood(definition: Experiment, users = 0): Experiment {
  const flood = { title: 'flood', props: {}, env: { FLOOD_USERS: String(users) } };
  return { ...definition, arms: { ...definition.arms, flood } };
}
