import { CommanderError } from 'commander';
import { asLabError } from './as-lab-error';
import { EXIT } from './exit-codes';

/**
 * Every error of a command ends here. Bad input gets a message and a next step, never a stack trace.
 * @returns the exit code
 */
export function failed(thrown: unknown): number {
  // commander has written its message, or the help.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.held : EXIT.usage;
  const { message, hint, kind } = asLabError(thrown);
  console.error(`lab: ${message}`);
  if (hint) console.error(`     ${hint}`);
  return EXIT[kind];
}
