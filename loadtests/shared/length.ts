declare const __ENV: Record<string, string>;

/**
 * The original duration, or the compressed one that the lab asks for by default. Only plateaus and ramps
 * shrink. Rates, sizes, service times and timeouts stay the same, because they cause the failure.
 */
export function length(full: string, compressed: string): string {
  return __ENV.LAB_LENGTH === 'compressed' ? compressed : full;
}

/** Where the backend answers, e.g. http://127.77.3.1:8000. */
export const BASE_URL = __ENV.BASE_URL ?? 'http://localhost:8000';
