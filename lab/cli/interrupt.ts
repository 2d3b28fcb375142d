import { EXIT } from './exit-codes';

/** What a pipe or a terminal says that nobody reads any more. */
const READER_GONE = ['EPIPE', 'EIO'];

let readersLeft: () => void = () => undefined;

/** A reader that goes away (`lab list | head -1`) is no error; what is said after it is lost. */
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
 * The first Ctrl-C ends the load and still judges what was recorded; the second leaves at once. So does whoever reads
 * the output and goes away: nobody would see the rest.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    console.error('\nInterrupted: taking the system down. Again to leave at once; nothing stays behind.');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  readersLeft = () => controller.abort();
  return controller.signal;
}

/** After the work: the page stays open for its readers until Ctrl-C. */
export async function untilInterrupted(url: string): Promise<void> {
  console.error(`The page stays at ${url} until Ctrl-C.`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
