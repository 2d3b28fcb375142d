import { format } from '../../verdict/format';

export function shown(value: number | null, unit: string): string {
  return value === null ? '–' : format(value, unit);
}

export function clock(second: number): string {
  const whole = Math.max(0, Math.floor(second));
  return whole < 100
    ? `${whole} s`
    : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

export function capital(text: string): string {
  return text.startsWith('cpu ') ? `CPU ${text.slice(4)}` : (text[0]?.toUpperCase() ?? '') + text.slice(1);
}

export function sentence(text: string): string {
  const whole = capital(text);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

export const MARK = { held: '✓', refuted: '✗', inconclusive: '?', open: '○' } as const;

/** As it is printed, not as it is typed. */
export function comparison(is: string): string {
  return is === '>=' ? '≥' : is === '<=' ? '≤' : is;
}
