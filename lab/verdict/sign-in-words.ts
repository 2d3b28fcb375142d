import type { Sign } from './causes';
import { format, round } from './format';
import { signal } from './signals';

/** A text about a sign with the measured value, if there is one. */
export function withValue(text: string, sign: Sign, measured: number | undefined): string {
  const { title, unit } = signal(sign.signal);
  if (measured === undefined) return text;
  const value = sign.relativeTo ? comparison(measured, sign) : format(measured, unit);
  return `${text} (${title}: ${value})`;
}

/** How a value compares with the one that it is relative to. */
function comparison(ratio: number, sign: Sign): string {
  const { signal: base } = sign.relativeTo!;
  if (base !== sign.signal) return `${round(ratio)} times the peak of ${signal(base).title}`;
  if (round(ratio) === 1) return 'unchanged';
  const when = sign.relativeTo!.take === 'min' ? 'in its calmest five seconds' : 'at the beginning';
  return `${round(ratio)} times the value ${when}`;
}
