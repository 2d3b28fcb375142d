import { Command, Option } from 'commander';
import { EXIT, LabError } from '../../errors';
import { judgeRun, type Judged, printJudged, worstExit } from '../judged';
import { experiment, experimentNames } from '../experiments';
import { outputOption, setOption, type Output } from '../options';
import { recordRun, type RunOptions } from '../record';

interface Flags {
  all: boolean;
  full: boolean;
  failure: boolean;
  set: string[];
  out: string;
  load: 'embedded' | 'k6';
  limits?: RunOptions['rung'];
  output: Output;
}

export function runCommand(): Command {
  return new Command('run')
    .description('run experiments: start the system, load it, record what happens, judge it')
    .argument('[experiments...]', 'names from `lab list`')
    .option('--all', 'every experiment, one after the other', false)
    .option('--full', 'the original durations instead of the compressed ones', false)
    .option('--no-failure', 'switch the failing routes off: the run that must find nothing')
    .addOption(setOption())
    .option('--out <folder>', 'where recordings are written', 'runs')
    .addOption(
      new Option('--load <runner>', 'what sends the load').choices(['embedded', 'k6']).default('embedded'),
    )
    .addOption(
      new Option('--limits <rung>', 'enforce limits in this way instead of the best the host offers').choices(
        ['cgroup-v2', 'systemd-scope', 'cgroup-v1', 'emulated'],
      ),
    )
    .addOption(outputOption())
    .action(run);
}

async function run(names: string[], flags: Flags): Promise<void> {
  const chosen = choose(names, flags.all);
  const stop = interruptible();
  const options: RunOptions = {
    length: flags.full ? 'full' : 'compressed',
    props: flags.failure ? {} : { faults: { enabled: false } },
    set: flags.set,
    out: flags.out,
    load: flags.load,
    ...(flags.limits && { rung: flags.limits }),
    signal: stop,
  };
  const judged: Judged[] = [];
  for (const name of chosen) {
    const folder = await recordRun(name, experiment(name), options);
    if (folder) {
      judged.push(judgeRun(folder));
      if (flags.output === 'text') printJudged(judged.slice(-1), 'text');
    }
    if (stop.aborted) break;
  }
  if (flags.output === 'json' || judged.length > 1) printJudged(judged, flags.output, 'summary');
  process.exitCode = stop.aborted ? EXIT.interrupted : worstExit(judged);
}

function choose(names: string[], all: boolean): string[] {
  if (all && names.length > 0) {
    throw new LabError(
      `--all and names (${names.join(' ')}) exclude each other.`,
      EXIT.usage,
      'Leave one out.',
    );
  }
  if (all) return experimentNames();
  if (names.length === 0) {
    throw new LabError(
      'No experiment was named.',
      EXIT.usage,
      `Choose from: ${experimentNames().join(', ')}; or --all.`,
    );
  }
  names.forEach(experiment);
  return names;
}

/** The first Ctrl-C ends the load and still judges what was recorded; the second leaves at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    console.error('\nInterrupted: taking the system down. Again to leave at once; nothing stays behind.');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}
