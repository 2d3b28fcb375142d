/**
 * One JSON line on standard output for each event in the life of the process and each error, never one per
 * request.
 */
export function log(event: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
}

export function logError(error: unknown): void {
  log(
    'error',
    error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) },
  );
}
