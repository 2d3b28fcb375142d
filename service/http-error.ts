/** A failure that the client is told about: a status, one sentence, and headers with what else it needs. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'HttpError';
  }
}

/** A request that was refused to protect the others: 503 with Retry-After, counted by its reason. */
export class ShedError extends HttpError {
  constructor(
    readonly reason: 'admission' | 'bulkhead' | 'breaker',
    message: string,
    retryAfterMs: number,
  ) {
    super(503, message, { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) });
  }
}
