import type { MetricData } from '../../metrics/summary';

const UNITS: Record<string, { name: string; perMs: number }> = {
  s: { name: 's', perMs: 0.001 },
  ms: { name: 'ms', perMs: 1 },
  us: { name: 'µs', perMs: 1000 },
};
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

/** A value of a metric as k6's summary shows it. `timeUnit` is s, ms or us; otherwise the unit fits the value. */
export function humanizeValue(
  value: number,
  { type, contains }: Pick<MetricData, 'type' | 'contains'>,
  timeUnit?: string | null,
): string {
  if (type === 'rate') return `${(Math.trunc(value * 100 * 100) / 100).toFixed(2)}%`;
  if (contains === 'data') return bytesText(value);
  if (contains === 'time') return durationText(value, timeUnit);
  return rounded(value, 6);
}

function bytesText(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const power = Math.floor(Math.log(bytes) / Math.log(1000));
  const value = Math.floor((bytes / 1000 ** power) * 10 + 0.5) / 10;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${BYTE_UNITS[power]}`;
}

function durationText(ms: number, timeUnit?: string | null): string {
  const unit = timeUnit ? UNITS[timeUnit] : undefined;
  if (unit) return (ms * unit.perMs).toFixed(2) + unit.name;
  if (ms === 0) return '0s';
  if (ms < 0.001) return `${Math.trunc(ms * 1e6)}ns`;
  if (ms < 1) return `${truncated(ms * 1000, 2)}µs`;
  if (ms < 1000) return `${truncated(ms, 2)}ms`;
  const seconds = `${truncated((ms % 60_000) / 1000, ms > 60_000 ? 0 : 2)}s`;
  const minutes = Math.trunc(ms / 60_000);
  if (minutes < 1) return seconds;
  const hours = Math.trunc(minutes / 60);
  return `${hours < 1 ? '' : `${hours}h`}${minutes % 60}m${seconds}`;
}

const rounded = (value: number, digits: number) => String(parseFloat(value.toFixed(digits)));
const truncated = (value: number, digits: number) =>
  rounded(Math.trunc(10 ** digits * value) / 10 ** digits, digits);
