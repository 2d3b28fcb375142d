import { Command } from 'commander';
import { sweepStale } from '../../engine/local/lifetime';

export function cleanCommand(): Command {
  return new Command('clean')
    .description('remove what runs that died have left: processes, cgroups, temporary files')
    .action(async () => {
      const swept = await sweepStale();
      for (const { runId, processes, cgroups } of swept) {
        console.log(`${runId}: ended ${processes} processes, removed ${cgroups} cgroups and its files`);
      }
      if (swept.length === 0) console.log('Nothing was left behind.');
    });
}
