import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProps, synthesize } from '../../constructs';
import type { KubeObject } from '../engine/engine';
import { localEngine } from '../engine/local';
import type { Experiment } from '../experiment';
import { embeddedRunner, k6Runner } from '../load';
import type { LocalRung } from '../engine/local/limits/rungs';
import { Recorder } from '../telemetry/recorder';
import { runSession } from '../telemetry/session';
import { TelemetryStream } from '../telemetry/stream';
import { loadScript } from './experiments';
import { Progress } from './progress';
import { propsOf, withoutSecrets } from './props';
import { PROJECT_ROOT } from './root';

export interface RunOptions {
  length: 'compressed' | 'full';
  /** Changes for every arm, under the command line's. */
  props: Record<string, unknown>;
  set: string[];
  out: string;
  load: 'embedded' | 'k6';
  rung?: LocalRung;
  signal: AbortSignal;
}

/** The arm that is judged: the system as main.ts describes it. */
export const DEFAULT_ARM = 'default';

/**
 * Runs an experiment with the arms that its claims compare, each into a file of its own.
 * @returns the folder of the recordings; undefined when it was interrupted before there was anything to record.
 */
export async function recordRun(
  name: string,
  experiment: Experiment,
  options: RunOptions,
): Promise<string | undefined> {
  const id = `${new Date().toISOString().replace(/[:.]/g, '-')}-${name}`;
  const folder = join(options.out, id);
  for (const arm of [DEFAULT_ARM, ...(experiment.alsoRun ?? [])]) {
    if (!options.signal.aborted) await recordArm(id, folder, name, arm, experiment, options);
  }
  return existsSync(join(folder, `${DEFAULT_ARM}.jsonl`)) ? folder : undefined;
}

async function recordArm(
  id: string,
  folder: string,
  name: string,
  arm: string,
  experiment: Experiment,
  options: RunOptions,
): Promise<void> {
  const { length, signal } = options;
  const props = parseProps(
    propsOf([experiment.props, experiment.arms?.[arm]?.props, options.props], options.set),
  );
  const stream = new TelemetryStream();
  const recorder = new Recorder(join(folder, `${arm}.jsonl`));
  const title = arm === DEFAULT_ARM ? name : `${name} (${experiment.arms?.[arm]?.title ?? arm})`;
  stream.listen(recorder.write);
  stream.listen(new Progress(title, experiment, length).listen);
  const runner = options.load === 'k6' ? k6Runner() : embeddedRunner();
  try {
    await runSession({
      engine: localEngine(options.rung ? { rung: options.rung } : {}),
      runner,
      manifests: synthesize(props) as KubeObject[],
      script: loadScript(name),
      target: 'backend',
      env: { LAB_LENGTH: length },
      emit: stream.emit,
      signal,
      describe: {
        format: 1,
        id,
        startedAt: new Date().toISOString(),
        experiment: name,
        arm,
        length,
        timeScale: experiment.seconds.full / experiment.seconds[length],
        load: { runner: runner.name },
        props: withoutSecrets(props) as Record<string, unknown>,
        versions: versions(),
      },
    });
  } catch (error) {
    // After Ctrl-C whatever did not finish is what was asked for.
    if (!signal.aborted) throw error;
  } finally {
    const incomplete = recorder.close();
    if (incomplete) console.error(incomplete);
  }
}

function versions(): Record<string, string> {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { lab: version, node: process.version, platform: `${process.platform}-${process.arch}` };
}
