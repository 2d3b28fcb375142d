import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { monitoringFiles } from '../../monitoring/files';
import { experiment, experimentNames } from '../../run/catalogue';
import { PROJECT_ROOT } from '../../support/root';

export function monitoringCommand(): Command {
  return new Command('monitoring')
    .option('--out <folder>', 'where to write monitoring/ and docs/alerts.md', '.')
    .action(({ out }: { out: string }) => {
      for (const [path, text] of generatedMonitoring()) {
        const file = join(out, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text);
        console.log(file);
      }
    });
}

/** What the files of monitoring/ should hold, by path. */
export function generatedMonitoring(): Map<string, string> {
  return monitoringFiles(
    experimentNames().map((name) => ({
      name,
      experiment: experiment(name),
      page: readFileSync(join(PROJECT_ROOT, 'loadtests', name, 'README.md'), 'utf8'),
    })),
  );
}
