/** A value as people write it, with its unit. */
export function format(value: number, unit: string): string {
  switch (unit) {
    case 'share':
      return `${round(value * 100)} %`;
    case 'bytes':
      return `${Math.round(value / 2 ** 20)} MiB`;
    case 'ms':
      return value >= 1000 ? `${round(value / 1000)} s` : `${round(value)} ms`;
    case '1/s':
      return `${round(value)}/s`;
    case 'count':
      return String(round(value));
    default:
      return `${round(value)} ${unit}`;
  }
}

/** Such measurements are good to three significant digits. */
export function round(value: number): number {
  return Number(value.toPrecision(3));
}
