import { type Command, Option } from 'commander';
import { platformProblem } from '../engine/local/platform';
import { LabError } from '../model/errors';
import type { RunOptions } from '../run/record';
import { allowTargetOption, integer, setOption } from './options';
import { showProgress } from './progress';

/** What every command that runs something lets a person choose. */
export interface SessionFlags {
  full: boolean;
  set: string[];
  out: string;
  engine: 'local' | 'kubernetes';
  context?: string;
  namespace?: string;
  parallelism?: number;
  load?: 'embedded' | 'k6';
  limits?: RunOptions['rung'];
  seed?: number;
  allowTarget: string[];
}

/** More generators than this would need a cluster of their own. */
const MOST_GENERATORS = 100;
/** The greatest seed with which k6's numbers stay exact for any number of iterations. */
const MOST_SEED = 1_000_000;

export function withSessionOptions(command: Command): Command {
  return command
    .option('--full', 'the original durations instead of the compressed ones', false)
    .addOption(setOption())
    .option('--out <folder>', 'where recordings are written', 'runs')
    .addOption(engineOption())
    .addOption(contextOption())
    .addOption(namespaceOption())
    .addOption(
      new Option('--load <runner>', 'what sends the load; in a cluster it is k6, inside it').choices([
        'embedded',
        'k6',
      ]),
    )
    .addOption(
      new Option(
        '--parallelism <number>',
        'divide the load among so many generators (engine kubernetes, with the k6 operator)',
      ).argParser(integer('--parallelism', 1, MOST_GENERATORS)),
    )
    .addOption(
      new Option('--limits <rung>', 'enforce limits in this way instead of the best the host offers').choices(
        ['cgroup-v2', 'systemd-scope', 'cgroup-v1', 'emulated'],
      ),
    )
    .addOption(allowTargetOption())
    .addOption(
      new Option('--seed <number>', 'draw the random numbers of the load from this seed').argParser(
        integer('--seed', 0, MOST_SEED),
      ),
    );
}

export function engineOption(): Option {
  return new Option('--engine <engine>', 'where the system runs')
    .choices(['local', 'kubernetes'])
    .default('local');
}

export function contextOption(): Option {
  return new Option('--context <name>', 'context of the kubeconfig, other than the current one');
}

export function namespaceOption(): Option {
  return new Option('-n, --namespace <name>', 'namespace of the system, other than the setting `namespace`');
}

/** What only one of the engines can do is refused with the other, and the local one where it cannot run. */
export function checkEngine({ engine, context, parallelism, load, limits }: SessionFlags): void {
  const unused: [flag: string, value: unknown, of: SessionFlags['engine'], hint: string][] = [
    ['--context', context, 'kubernetes', 'Add --engine kubernetes.'],
    ['--parallelism', parallelism, 'kubernetes', 'Add --engine kubernetes.'],
    ['--limits', limits, 'local', 'In a cluster the kubelet enforces limits.'],
    [
      '--load embedded',
      load === 'embedded' || undefined,
      'local',
      'In a cluster k6 runs inside it: leave --load out.',
    ],
  ];
  const found = unused.find(([, value, of]) => value !== undefined && of !== engine);
  if (found) throw new LabError(`${found[0]} means nothing to the engine ${engine}.`, 'usage', found[3]);
  const problem = engine === 'local' ? platformProblem() : undefined;
  if (problem) throw problem;
}

export function lengthOf({ full }: Pick<SessionFlags, 'full'>): RunOptions['length'] {
  return full ? 'full' : 'compressed';
}

export function sessionOf(flags: SessionFlags, signal: AbortSignal): RunOptions {
  checkEngine(flags);
  return {
    length: lengthOf(flags),
    props: {},
    set: [...flags.set, ...(flags.namespace === undefined ? [] : [`namespace=${flags.namespace}`])],
    out: flags.out,
    ...(flags.allowTarget.length > 0 && { allowTargets: flags.allowTarget }),
    load: flags.load ?? 'embedded',
    ...(flags.engine === 'kubernetes' && {
      cluster: {
        ...(flags.context !== undefined && { context: flags.context }),
        parallelism: flags.parallelism ?? 1,
      },
    }),
    ...(flags.limits && { rung: flags.limits }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    listeners: [showProgress(lengthOf(flags))],
    signal,
  };
}
