import { hostSignals } from './host';
import { podSignals } from './pods';
import { processSignals } from './processes';
import { requestSignals } from './requests';
import { resourceSignals } from './resources';
import { serviceSignals } from './service';
import type { Signal } from './signal';

export { HALF_REPORT_MS } from './requests';
export type { Signal, Subject } from './signal';

export const SIGNALS: ReadonlyMap<string, Signal> = new Map(
  [
    ...requestSignals,
    ...resourceSignals,
    ...podSignals,
    ...processSignals,
    ...serviceSignals,
    ...hostSignals,
  ].map((signal) => [signal.name, signal]),
);

/** @throws Error for an unknown name, which is a mistake in an experiment, not in its input. */
export function signal(name: string): Signal {
  const found = SIGNALS.get(name);
  if (!found) throw new Error(`no signal is named ${name}; known: ${[...SIGNALS.keys()].join(', ')}`);
  return found;
}
