import { link } from './browser';
import { EXIT } from './exit-codes';

/** Error codes of a pipe or terminal whose reader is gone. */
const READER_GONE = ['EPIPE', 'EIO'];

let readersLeft: () => void = () => undefined;

/**
 * A reader that closes its end (`lab list | head -1`) is not an error. Later output is lost. A full disk under
 * the output is one: the command ends as if its reader had left, says why, and exits with 4.
 */
export function whenReadersLeave(action: () => void): void {
  readersLeft = action;
  const isGone = ({ code = '' }: NodeJS.ErrnoException): boolean => READER_GONE.includes(code);
  process.stdout.on('error', (error: Error) => {
    if (!isGone(error)) cannotPrint(error);
    readersLeft();
  });
  // Where even errors cannot be printed, the exit code is all that can be said.
  process.stderr.on('error', (error: Error) => {
    if (isGone(error)) readersLeft();
  });
}

function cannotPrint({ message }: Error): void {
  if (process.exitCode === EXIT.environment) return;
  console.error(`lab: Cannot write the output: ${message}`);
  console.error('     Free some space, or write the output to another place.');
  // Whatever the command decides about its exit code later, what it had to say is lost.
  process.on('exit', () => (process.exitCode = EXIT.environment));
}

/**
 * The first Ctrl-C ends the load and still judges the recording so far. The second exits at once. The load
 * also ends when the reader of the output goes away, because nobody would see the rest.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    console.error(
      '\nInterrupted: taking the system down. Press Ctrl-C again to exit at once; nothing is left behind.',
    );
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  readersLeft = () => controller.abort();
  return controller.signal;
}

/** Keeps the page open after the run, until Ctrl-C. */
export async function untilInterrupted(url: string): Promise<void> {
  console.error(`The page stays open until Ctrl-C: ${link(url, process.stderr)}`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
