import { type Command, Option } from 'commander';
import { contextNamespace } from '../engine/kubernetes';
import { platformProblem } from '../engine/local/platform';
import { ENGINES, type EngineName } from '../model/engine';
import { LabError } from '../model/errors';
import type { RunOptions } from '../run/record';
import { allowTargetOption, integer, setOption } from './options';
import { showProgress } from './progress';

/** The options that all commands share that run experiments. */
export interface SessionFlags {
  full: boolean;
  set: string[];
  out: string;
  engine: EngineName;
  context?: string;
  namespace?: string;
  parallelism?: number;
  load?: 'embedded' | 'k6';
  limits?: RunOptions['limitsMode'];
  seed?: number;
  allowTarget: string[];
}

/** More load generators than this would need a cluster of their own. */
const MOST_GENERATORS = 100;
/** The largest seed with which k6's numbers stay exact for any number of iterations. */
const MOST_SEED = 1_000_000;

export function withSessionOptions(command: Command): Command {
  return command
    .option('--full', 'use the original durations instead of the compressed ones', false)
    .addOption(setOption())
    .option('--out <folder>', 'where recordings are written', 'runs')
    .addOption(engineOption())
    .addOption(contextOption())
    .addOption(namespaceOption())
    .addOption(
      new Option('--load <runner>', 'load generator; in a cluster it is always k6').choices([
        'embedded',
        'k6',
      ]),
    )
    .addOption(
      new Option(
        '--parallelism <number>',
        'split the load among this many load generators (engine kubernetes, with the k6 operator)',
      ).argParser(integer('--parallelism', 1, MOST_GENERATORS)),
    )
    .addOption(
      new Option('--limits <mode>', 'limits mode to use instead of the best one this host offers').choices([
        'cgroup-v2',
        'systemd-scope',
        'cgroup-v1',
        'emulated',
      ]),
    )
    .addOption(allowTargetOption())
    .addOption(
      new Option('--seed <number>', 'seed for the random numbers of the load').argParser(
        integer('--seed', 0, MOST_SEED),
      ),
    );
}

export function engineOption(): Option {
  return new Option('--engine <engine>', 'where the system runs').choices(ENGINES).default('local');
}

export function contextOption(): Option {
  return new Option('--context <name>', 'kubeconfig context to use (default: the current one)');
}

export function namespaceOption(): Option {
  return new Option(
    '-n, --namespace <name>',
    'namespace of the system (default: the setting `namespace`, else the namespace of the kubeconfig context)',
  );
}

/**
 * @throws LabError (usage) for an option that the chosen engine does not have; LabError when the local engine
 * cannot run on this platform.
 */
export function checkEngine({ engine, context, parallelism, load, limits }: SessionFlags): void {
  const unused: [flag: string, value: unknown, of: SessionFlags['engine'], hint: string][] = [
    ['--context', context, 'kubernetes', 'Add --engine kubernetes.'],
    ['--parallelism', parallelism, 'kubernetes', 'Add --engine kubernetes.'],
    ['--limits', limits, 'local', 'In a cluster, the kubelet enforces the limits. Leave out --limits.'],
    [
      '--load embedded',
      load === 'embedded' || undefined,
      'local',
      'With --engine kubernetes, k6 sends the load from inside the cluster. Leave out --load.',
    ],
  ];
  const found = unused.find(([, value, of]) => value !== undefined && of !== engine);
  if (found) throw new LabError(`${found[0]} is only for --engine ${found[2]}.`, 'usage', found[3]);
  const problem = engine === 'local' ? platformProblem() : undefined;
  if (problem) throw problem;
}

export function lengthOf({ full }: Pick<SessionFlags, 'full'>): RunOptions['length'] {
  return full ? 'full' : 'compressed';
}

/**
 * The options of runs. Those in a cluster use the namespace of the kubeconfig context unless another is named.
 * @throws LabError as `checkEngine` does, and for a kubeconfig or context that cannot be used.
 */
export async function sessionOf(flags: SessionFlags, signal: AbortSignal): Promise<RunOptions> {
  checkEngine(flags);
  const home = flags.engine === 'kubernetes' ? await contextNamespace(flags.context) : undefined;
  return {
    length: lengthOf(flags),
    props: {},
    set: [...flags.set, ...(flags.namespace === undefined ? [] : [`namespace=${flags.namespace}`])],
    ...(home !== undefined && { home }),
    out: flags.out,
    ...(flags.allowTarget.length > 0 && { allowTargets: flags.allowTarget }),
    load: flags.load ?? 'embedded',
    ...(flags.engine === 'kubernetes' && {
      cluster: {
        ...(flags.context !== undefined && { context: flags.context }),
        parallelism: flags.parallelism ?? 1,
      },
    }),
    ...(flags.limits && { limitsMode: flags.limits }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    listeners: [showProgress(lengthOf(flags))],
    signal,
  };
}
