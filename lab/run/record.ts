import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseProps, synthesize, type LabProps } from '../../constructs';
import { LabError } from '../model/errors';
import type { Emit, Prediction, RunPart } from '../model/events';
import { type Experiment, DEFAULT_ARM } from '../model/experiment';
import { Recorder } from '../recording/recorder';
import { labVersion } from '../support/root';
import { loadScript } from './catalogue';
import { openEnvironment, type RunEnvironment } from './environment';
import { runSession } from './session';
import { propsOf, system, withoutSecrets } from './settings';
import { TelemetryStream } from './stream';

export interface RunOptions extends RunEnvironment {
  length: 'compressed' | 'full';
  /** Settings for every arm. The command line overrides them. */
  props: Record<string, unknown>;
  set: string[];
  /** The namespace to use unless a setting names one. Default: that of the schema. */
  home?: string;
  out: string;
  /** Seed for the random numbers of the load. Default: unseeded. */
  seed?: number;
  /** Number of experiments that run on this machine at the same time, including this one. */
  atOnce?: number;
  /** Hosts other than the system's own that may receive load. */
  allowTargets?: string[];
  /** Asks for the prediction for the judged arm. The load waits for it. */
  prediction?: () => Promise<Prediction | undefined>;
  /** Each creates a listener for one run, e.g. to show its progress. */
  listeners?: ((run: OneRun) => Emit)[];
  signal: AbortSignal;
}

/**
 * Runs an experiment and the arms that its claims compare. Each arm is recorded in its own file.
 * @returns the folder of the recordings; undefined when it was interrupted before anything was recorded.
 */
export async function recordRun(
  name: string,
  experiment: Experiment,
  options: RunOptions,
): Promise<string | undefined> {
  const id = runId(name);
  const folder = join(options.out, id);
  for (const arm of [DEFAULT_ARM, ...(experiment.alsoRun ?? [])]) {
    const file = join(folder, `${arm}.jsonl`);
    if (!options.signal.aborted) await recordOne({ id, file, name, experiment, arm }, options);
  }
  return existsSync(join(folder, `${DEFAULT_ARM}.jsonl`)) ? folder : undefined;
}

/** A unique name for a run or a folder of runs, from time, experiment and random digits. */
export function runId(name: string): string {
  const began = new Date().toISOString().replace(/[:.]/g, '-');
  return `${began}-${name}-${randomBytes(4).toString('hex')}`;
}

export interface OneRun {
  id: string;
  /** The file of the recording. */
  file: string;
  name: string;
  experiment: Experiment;
  arm: string;
  part?: RunPart;
  /** The seed, if the run is a mystery. Its experiment must not be shown. */
  mystery?: number;
  /** A load script to use instead of the experiment's own. */
  script?: string;
}

/**
 * Runs one arm of an experiment from start to end. If the run is interrupted, or the environment stops it
 * under load, the recording up to that point is kept.
 */
export async function recordOne(one: OneRun, options: RunOptions): Promise<void> {
  const { id, file, name, experiment, arm, part, mystery, script = loadScript(name) } = one;
  const { length, signal, seed, allowTargets, atOnce } = options;
  const changes = experiment.arms?.[arm];
  const props = armProps(experiment, arm, options);
  const stream = new TelemetryStream();
  const recorder = new Recorder(file);
  stream.listen(recorder.write);
  let loaded = false;
  stream.listen((event) => (loaded ||= event.type === 'phase' && event.name === 'load'));
  options.listeners?.forEach((listener) => stream.listen(listener(one)));
  try {
    const { engine, runner } = await openEnvironment(id, props, options);
    await runSession({
      engine,
      runner,
      manifests: synthesize(props, system),
      script,
      target: 'backend',
      ...(arm === DEFAULT_ARM && options.prediction && { prediction: options.prediction }),
      env: { LAB_LENGTH: length, ...(seed !== undefined && { LAB_SEED: String(seed) }), ...changes?.env },
      ...(allowTargets && { allowTargets }),
      emit: stream.emit,
      signal,
      describe: {
        format: 1,
        id,
        startedAt: new Date().toISOString(),
        experiment: name,
        ...(mystery !== undefined && { mystery }),
        arm,
        length,
        timeScale: experiment.seconds.full / experiment.seconds[length],
        load: {
          runner: runner.name,
          ...(seed !== undefined && { seed }),
          ...(changes?.env && { env: changes.env }),
          ...(allowTargets && { allowTargets }),
        },
        ...(part && { part }),
        ...(atOnce !== undefined && { atOnce }),
        props: withoutSecrets(props) as Record<string, unknown>,
        versions: versions(),
      },
    });
  } catch (error) {
    // After Ctrl-C, an unfinished run is what the user asked for.
    if (!signal.aborted) tell(error, loaded);
  } finally {
    const incomplete = recorder.close();
    if (incomplete) console.error(incomplete);
  }
}

/**
 * Prints why the environment stopped a run under load. The recording so far is then judged, as inconclusive.
 * @throws the error itself, when nothing was recorded under load or the environment did not cause it.
 */
function tell(error: unknown, loaded: boolean): void {
  if (!loaded || !(error instanceof LabError) || error.kind !== 'environment') throw error;
  console.error([error.message, error.hint].filter(Boolean).join('\n'));
}

/**
 * The complete, validated settings of an arm.
 * @throws PropsError or LabError (usage) for an invalid setting.
 */
export function armProps(
  experiment: Experiment,
  arm: string,
  { props, set, home }: Pick<RunOptions, 'props' | 'set' | 'home'>,
): LabProps {
  return parseProps(propsOf([experiment.props, experiment.arms?.[arm]?.props, props], set, home));
}

function versions(): Record<string, string> {
  return { lab: labVersion(), node: process.version, platform: `${process.platform}-${process.arch}` };
}
