import { Command } from 'commander';
import { connect, sweepCluster } from '../../engine/kubernetes';
import { sweepStale } from '../../engine/local/lifetime';
import { contextOption, engineOption, namespaceOption } from '../session-options';

interface CleanFlags {
  engine: 'local' | 'kubernetes';
  context?: string;
  namespace?: string;
}

export function cleanCommand(): Command {
  return new Command('clean')
    .addOption(engineOption())
    .addOption(contextOption())
    .addOption(namespaceOption())
    .action(({ engine, context, namespace }: CleanFlags) =>
      engine === 'local' ? cleanMachine() : cleanCluster(context, namespace),
    );
}

async function cleanMachine(): Promise<void> {
  const swept = await sweepStale();
  for (const { runId, processes, cgroups } of swept) {
    console.log(`${runId}: ended ${processes} processes, removed ${cgroups} cgroups and its files`);
  }
  if (swept.length === 0) console.log('Nothing was left behind.');
}

async function cleanCluster(context: string | undefined, namespace: string | undefined): Promise<void> {
  const swept = await sweepCluster(await connect(context), namespace);
  for (const { run, namespace: where, removed } of swept) {
    console.log(removed ? `${run}: removed from ${where}` : `${run}: still running in ${where}; left alone`);
  }
  if (swept.length === 0) console.log('Nothing was left behind.');
}
