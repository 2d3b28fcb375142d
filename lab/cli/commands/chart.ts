import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import { helmChart } from '../../../constructs/helm/chart';
import { packChart } from '../../../constructs/helm/package';
import { LabError } from '../../model/errors';
import { labVersion } from '../../support/root';
import { EXIT } from '../exit-codes';

interface ChartFlags {
  out: string;
  check: boolean;
  package?: string;
}

export function chartCommand(): Command {
  return new Command('chart')
    .option('--out <folder>', 'where to write it', join('charts', 'backend-under-load'))
    .option('--check', 'write nothing; fail when the folder is not what would be written', false)
    .option(
      '--package <folder>',
      'write a .tgz there instead, the same bytes every time (`helm package` is not)',
    )
    .action(run);
}

function run({ out, check, package: packages }: ChartFlags): void {
  const version = labVersion();
  const files = helmChart(version);
  if (packages !== undefined) {
    const { name, bytes } = packChart(files, version);
    mkdirSync(packages, { recursive: true });
    writeFileSync(join(packages, name), bytes);
    return console.log(join(packages, name));
  }
  if (check) return compare(files, out);
  write(files, out);
  console.log(out);
}

function compare(files: ReadonlyMap<string, string>, folder: string): void {
  const found = listFiles(folder);
  const stale = [...new Set([...found, ...files.keys()])].filter(
    (name) => !found.includes(name) || readFileSync(join(folder, name), 'utf8') !== files.get(name),
  );
  if (stale.length === 0) return console.log(`${folder} is what the constructs make.`);
  console.error(`lab: ${folder} is not what the constructs make: ${stale.join(', ')}`);
  console.error(`     Write it again: npx lab chart --out ${folder}`);
  process.exitCode = EXIT.refuted;
}

/** Templates of objects that are no more must go; what else lies in the folder is not the chart's. */
function write(files: ReadonlyMap<string, string>, folder: string): void {
  if (existsSync(folder) && listFiles(folder).length > 0 && !existsSync(join(folder, 'Chart.yaml'))) {
    throw new LabError(
      `${folder} holds something else than a chart.`,
      'usage',
      'Name a folder that is empty, missing or a chart; it is written anew.',
    );
  }
  rmSync(join(folder, 'templates'), { recursive: true, force: true });
  for (const [name, text] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
