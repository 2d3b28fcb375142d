import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import { helmChart } from '../../../constructs/helm/chart';
import { packChart } from '../../../constructs/helm/package';
import { LabError } from '../../model/errors';
import { labVersion, packageJson } from '../../support/root';
import { EXIT } from '../exit-codes';

interface ChartFlags {
  out: string;
  check: boolean;
  package?: string;
}

export function chartCommand(): Command {
  return new Command('chart')
    .option('--out <folder>', 'where to write the chart', join('charts', 'backend-under-load'))
    .option('--check', 'write nothing; fail when the files in the folder are out of date', false)
    .option(
      '--package <folder>',
      'write a .tgz package to this folder instead; unlike `helm package`, always with the same bytes',
    )
    .action(run);
}

function run({ out, check, package: packages }: ChartFlags): void {
  const version = labVersion();
  const files = helmChart(version, addresses());
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

function addresses(): { home?: string; source?: string } {
  const { homepage, repository } = packageJson();
  return { ...(homepage && { home: homepage }), ...(repository && { source: repository.url }) };
}

function compare(files: ReadonlyMap<string, string>, folder: string): void {
  const found = listFiles(folder);
  const stale = [...new Set([...found, ...files.keys()])].filter(
    (name) => !found.includes(name) || readFileSync(join(folder, name), 'utf8') !== files.get(name),
  );
  if (stale.length === 0) return console.log(`${folder} is up to date.`);
  console.error(`lab: ${folder} is out of date: ${stale.join(', ')}`);
  console.error(`     Update it with: npx lab chart --out ${folder}`);
  process.exitCode = EXIT.refuted;
}

/** Removes old templates, because their objects may no longer exist. Other files in the folder stay. */
function write(files: ReadonlyMap<string, string>, folder: string): void {
  if (existsSync(folder) && listFiles(folder).length > 0 && !existsSync(join(folder, 'Chart.yaml'))) {
    throw new LabError(
      `${folder} contains files but is not a chart.`,
      'usage',
      'Name a folder that is missing, empty or a chart; its chart files are replaced.',
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
