#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { asLabError } from './as-lab-error';
import { COMMANDS } from './commands';
import { EXIT } from './exit-codes';
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

/** Every error ends here. Bad input gets a message and a next step, never a stack trace. */
function fail(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.held : EXIT.usage;
  const { message, hint, kind } = asLabError(thrown);
  console.error(`lab: ${message}`);
  if (hint) console.error(`     ${hint}`);
  return EXIT[kind];
}

whenReadersLeave(() => process.exit(process.exitCode ?? EXIT.held));
main().catch((error: unknown) => {
  process.exitCode = fail(error);
});
