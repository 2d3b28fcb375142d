import { Command } from 'commander';
import { describeHost } from '../../doctor/host';
import { machineChecks } from '../../doctor/machine-checks';
import { probeModes, type ModeReport } from '../../engine/local/limits/open';
import { columnsOf, hanging, wrap } from '../../report/layout';
import { EXIT } from '../exit-codes';
import { outputOption, type Output } from '../options';

export function doctorCommand(): Command {
  return new Command('doctor').addOption(outputOption()).action(doctor);
}

async function doctor({ output }: { output: Output }): Promise<void> {
  const modes = await probeModes();
  const limits = modes.find(({ usable }) => usable)?.rung ?? null;
  const machine = machineChecks();
  if (output === 'json') {
    console.log(JSON.stringify({ version: 1, limits, rungs: modes, machine, host: describeHost() }, null, 2));
  } else {
    const width = columnsOf();
    const lines = [
      ...machine.flatMap(({ ok, says }) => hanging(ok ? 'ok    ' : 'note  ', says, width)),
      '',
      ...wrap(`Limits modes, best first; runs use ${limits ?? 'none'}:`, width),
      ...modeLines(modes, width),
    ];
    console.log(lines.join('\n'));
  }
  process.exitCode = limits ? EXIT.held : EXIT.environment;
}

/** When neighbouring limits modes have the same reason and hint, they are printed once. */
function modeLines(modes: ModeReport[], width: number): string[] {
  return modes.flatMap(({ rung, usable, reason, hint }, index) => {
    const before = modes[index - 1];
    if (usable) return [`ok    ${rung}`];
    const lead = `no    ${rung.padEnd(14)} `;
    if (before && before.reason === reason && before.hint === hint)
      return hanging(lead, 'for the same reason', width);
    const help = hint ? hanging(' '.repeat(lead.length), `to get it: ${hint}`, width) : [];
    return [...hanging(lead, reason, width), ...help];
  });
}
