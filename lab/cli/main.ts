#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { PropsError } from '../../constructs/props-error';
import { LabError, refused } from '../model/errors';
import { COMMANDS } from './commands';
import { EXIT, exitCodeOfError } from './exit-codes';
import { whenReadersLeave } from './interrupt';

const EXIT_CODES = `
Exit codes: 0 all claims held, 1 something was refuted, 2 wrong usage, 3 inconclusive or no impact,
4 this environment cannot run it, 130 interrupted.`;

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
  const error = refused(thrown) ?? thrown;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.usage;
  if (error instanceof LabError) {
    console.error(`lab: ${error.message}`);
    if (error.hint) console.error(`     ${error.hint}`);
    return exitCodeOfError(error);
  }
  if (error instanceof PropsError) {
    console.error(`lab: ${error.message}`);
    return EXIT.usage;
  }
  console.error('lab: unexpected error; this is a bug in the lab:');
  console.error(error);
  return EXIT.environment;
}

whenReadersLeave(() => process.exit(process.exitCode ?? EXIT.held));
main().catch((error: unknown) => {
  process.exitCode = fail(error);
});
