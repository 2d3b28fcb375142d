import { Command } from 'commander';
import { columnsOf, hanging, wrap } from '../../report/layout';
import { experiment, experimentNames } from '../../run/catalogue';
import { outputOption, type Output } from '../options';

export function listCommand(): Command {
  return new Command('list').addOption(outputOption()).action(({ output }: { output: Output }) => {
    const all = experimentNames().map((name) => {
      const { title, seconds, claims, arms = {} } = experiment(name);
      return { name, title, seconds, claims: claims.length, arms: Object.keys(arms) };
    });
    if (output === 'json') return console.log(JSON.stringify(all, null, 2));
    for (const { name, title, seconds } of all) {
      const lead = `${name.padEnd(18)}${`${seconds.compressed} s`.padStart(6)}  `;
      say(hanging(lead, title, columnsOf()));
    }
    say(['', ...wrap('Run one with `npx lab run NAME`, or all with `npx lab run --all`.', columnsOf())]);
  });
}

function say(lines: string[]): void {
  console.log(lines.join('\n'));
}
