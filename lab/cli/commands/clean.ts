import { Command } from 'commander';
import { connect, contextNamespace, removeStaleFromCluster } from '../../engine/kubernetes';
import { removeStale } from '../../engine/local/lifetime';
import type { EngineName } from '../../model/engine';
import { contextOption, engineOption, namespaceOption } from '../session-options';

interface CleanFlags {
  engine: EngineName;
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
  const removed = await removeStale();
  for (const { runId, processes, cgroups } of removed) {
    console.log(`${runId}: ended ${processes} processes, removed ${cgroups} cgroups and its files`);
  }
  if (removed.length === 0) console.log('Nothing was left behind.');
}

async function cleanCluster(context: string | undefined, namespace: string | undefined): Promise<void> {
  const home = await contextNamespace(context);
  const runs = await removeStaleFromCluster(await connect(context), namespace, home);
  for (const { run, namespace: where, removed } of runs) {
    console.log(removed ? `${run}: removed from ${where}` : `${run}: still running in ${where}; left alone`);
  }
  if (runs.length === 0) console.log('Nothing was left behind.');
}
