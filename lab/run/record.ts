import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseProps, synthesize, type LabProps } from '../../constructs';
import type { KubeObject } from '../../constructs/kube-object';
import { LabError } from '../model/errors';
import type { Emit, Prediction, RunPart } from '../model/events';
import { type Experiment, DEFAULT_ARM } from '../model/experiment';
import { Recorder } from '../recording/recorder';
import { labVersion } from '../support/root';
import { loadScript } from './catalogue';
import { openEnvironment, type RunEnvironment } from './environment';
import { runSession } from './session';
import { propsOf, withoutSecrets } from './settings';
import { TelemetryStream } from './stream';

export interface RunOptions extends RunEnvironment {
  length: 'compressed' | 'full';
  /** Changes for every arm, under the command line's. */
  props: Record<string, unknown>;
  set: string[];
  out: string;
  /** Where the load's random numbers come from; without it, from chance. */
  seed?: number;
  /** Experiments that run on this machine at the same time, this one included. */
  atOnce?: number;
  /** Hosts beyond the system's own that the load may be aimed at. */
  allowTargets?: string[];
  /** What is expected of the arm that is judged; its load waits for it. */
  prediction?: () => Promise<Prediction | undefined>;
  /** Each makes a listener of one run, e.g. to show how far it is. */
  listeners?: ((run: OneRun) => Emit)[];
  signal: AbortSignal;
}

/**
 * Runs an experiment with the arms that its claims compare, each into a file of its own.
 * @returns the folder of the recordings; undefined when it was interrupted before there was anything to record.
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

/** Names a run, or a folder of runs, by time and experiment; no two alike, begun in the same millisecond or not. */
export function runId(name: string): string {
  const began = new Date().toISOString().replace(/[:.]/g, '-');
  return `${began}-${name}-${randomBytes(4).toString('hex')}`;
}

export interface OneRun {
  id: string;
  /** Where it is recorded. */
  file: string;
  name: string;
  experiment: Experiment;
  arm: string;
  part?: RunPart;
  /** The seed of a mystery, whose experiment is not to be shown. */
  mystery?: number;
  /** A load script in place of the experiment's own. */
  script?: string;
}

/**
 * Runs one arm of an experiment, from start to end. Interrupted, or broken off under load by its environment, it leaves
 * what was recorded until then.
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
    const { engine, runner } = await openEnvironment(id, props.namespace, options);
    await runSession({
      engine,
      runner,
      manifests: synthesize(props) as KubeObject[],
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
    // After Ctrl-C whatever did not finish is what was asked for.
    if (!signal.aborted) tell(error, loaded);
  } finally {
    const incomplete = recorder.close();
    if (incomplete) console.error(incomplete);
  }
}

/**
 * What broke off under load is judged by what was recorded until then: inconclusive, for the reason that is told here.
 * @throws the error, when there is nothing to judge or it is not the environment's.
 */
function tell(error: unknown, loaded: boolean): void {
  if (!loaded || !(error instanceof LabError) || error.kind !== 'environment') throw error;
  console.error([error.message, error.hint].filter(Boolean).join('\n'));
}

/**
 * The settings of an arm, complete and checked.
 * @throws PropsError, or LabError (usage), for a setting that cannot be used.
 */
export function armProps(
  experiment: Experiment,
  arm: string,
  { props, set }: Pick<RunOptions, 'props' | 'set'>,
): LabProps {
  return parseProps(propsOf([experiment.props, experiment.arms?.[arm]?.props, props], set));
}

function versions(): Record<string, string> {
  return { lab: labVersion(), node: process.version, platform: `${process.platform}-${process.arch}` };
}
