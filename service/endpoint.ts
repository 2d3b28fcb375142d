import type { Request, Response } from 'express';
import { HttpError, ShedError } from './http-error';
import { logError } from './log';
import type { Metrics } from './metrics';

export type Handler = (request: Request, response: Response) => unknown;

/** A route's handler with what all routes share: its measurement, and JSON errors. */
export function endpoint(route: string, handler: Handler, metrics: Metrics): Handler {
  const { requestsInFlight, requestSeconds, requestsShed } = metrics;
  const count = (change: number) => requestsInFlight.set(route, (requestsInFlight.get(route) ?? 0) + change);
  count(0);

  return async (request, response) => {
    const start = performance.now();
    count(1);
    // 'close' comes exactly once, after the last byte or when the client goes away. A client's leaving stops no work.
    response.once('close', () => {
      count(-1);
      const status = response.writableFinished ? response.statusCode : 499;
      requestSeconds.observe({ method: request.method, route, status }, (performance.now() - start) / 1000);
    });
    try {
      await handler(request, response);
    } catch (error) {
      if (error instanceof ShedError) requestsShed.inc({ route, reason: error.reason });
      sendError(response, error);
    }
  };
}

/** The client learns what it can act on; the stack of an unexpected error is only logged. */
export function sendError(response: Response, error: unknown): void {
  const known = error instanceof HttpError;
  if (!known) logError(error);
  if (response.headersSent) return void response.destroy();
  const { status, message, headers } = known ? error : new HttpError(500, 'internal error');
  response.status(status).set(headers).json({ error: message });
}
