/** A process that records one of several experiments for the lab that started it. It ends with that lab. */
import { experiment } from '../../run/catalogue';
import { recordRun } from '../../run/record';
import { asLabError } from '../as-lab-error';
import { showProgress } from '../progress';
import type { FromRun, ToRun } from './protocol';

const stop = new AbortController();

// On a terminal, Ctrl-C reaches every process. Only the lab that started them decides what to do.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => stop.abort());
process.on('message', (message: ToRun) => {
  if (message.type === 'abort') stop.abort();
  else void record(message);
});

async function record({ name, options }: Extract<ToRun, { type: 'start' }>): Promise<void> {
  try {
    const folder = await recordRun(name, experiment(name), {
      ...options,
      listeners: [showProgress(options.length)],
      signal: stop.signal,
    });
    tell({ type: 'recorded', ...(folder !== undefined && { folder }) });
  } catch (error) {
    const { message, kind, hint } = asLabError(error);
    tell({ type: 'error', message, kind, ...(hint && { hint }) });
  }
}

/** Sends the last message. Closing the channel lets this process end. */
function tell(message: FromRun): void {
  if (process.connected) process.send!(message, () => process.disconnect());
}
