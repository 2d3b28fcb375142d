import { join } from 'node:path';
import { Command } from 'commander';
import { writeManifests } from '../../../constructs';
import { propsOf, system } from '../../run/settings';
import { setOption } from '../options';

export function synthCommand(): Command {
  return new Command('synth')
    .option('--out <folder>', 'where to write the manifests', 'dist')
    .addOption(setOption())
    .action(({ out, set }: { out: string; set: string[] }) => {
      for (const file of writeManifests(propsOf([], set), out, system)) console.log(join(out, file));
    });
}
