#!/usr/bin/env node
import { Command } from 'commander';
import { COMMANDS } from './commands';
import { EXIT } from './exit-codes';
import { failed } from './failed';
import { whenReadersLeave } from './interrupt';

const EXIT_CODES = `
Exit codes: 0 all claims held, 1 something was refuted, 2 wrong usage, 3 inconclusive or no impact,
4 this environment cannot do what was asked, 130 interrupted.`;

async function main(): Promise<void> {
  const program = new Command('lab')
    .description(
      'A failure laboratory: watch a small backend fail under load, and get a verdict with evidence.',
    )
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help to see what is allowed)')
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .exitOverride();
  for (const { name, description, load } of COMMANDS) {
    // Load only the named command: loading all of them would load the whole lab.
    const command = process.argv.includes(name) ? await load() : new Command(name);
    program.addCommand(command.description(description).copyInheritedSettings(program));
  }
  await program.parseAsync();
}

whenReadersLeave(() => process.exit(process.exitCode ?? EXIT.held));
main().catch((error: unknown) => {
  process.exitCode = failed(error);
});
