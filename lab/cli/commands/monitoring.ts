import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { generatedMonitoring } from '../../run/monitoring';

export function monitoringCommand(): Command {
  return new Command('monitoring')
    .option('--out <folder>', 'folder in which to write monitoring/ and docs/alerts.md', '.')
    .action(({ out }: { out: string }) => {
      for (const [path, text] of generatedMonitoring()) {
        const file = join(out, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        console.log(file);
      }
    });
}
