import { link } from './browser';
import { EXIT } from './exit-codes';

/** Error codes of a pipe or terminal whose reader is gone. */
const READER_GONE = ['EPIPE', 'EIO'];

let readersLeft: () => void = () => undefined;

/** A reader that closes its end (`lab list | head -1`) is not an error. Later output is lost. */
export function whenReadersLeave(action: () => void): void {
  readersLeft = action;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!READER_GONE.includes(error.code ?? '')) throw error;
      readersLeft();
    });
  }
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
