import type { Request, Response } from 'express';
import { HttpError, ShedError } from './http-error';
import { logError } from './log';
import type { Metrics } from './metrics';

export type Handler = (request: Request, response: Response) => void | Promise<void>;

/** A route's handler with what all routes share: measurement and JSON errors. */
export function endpoint(route: string, handler: Handler, metrics: Metrics): Handler {
  const meter = metrics.http.route(route);

  function fail(response: Response, error: unknown): void {
    if (error instanceof ShedError) {
      metrics.requestsShed.inc({ route, reason: error.reason });
      metrics.stages.failed(route, 'defence', error.reason);
    }
    sendError(response, error);
  }

  // Not an async function, because a promise for each request would cost more than the measurement.
  return (request, response) => {
    meter.begin(response);
    try {
      const pending = handler(request, response);
      if (pending instanceof Promise) pending.catch((error: unknown) => fail(response, error));
    } catch (error) {
      fail(response, error);
    }
  };
}

/** The client learns only what it can act on. The stack of an unexpected error is logged. */
export function sendError(response: Response, error: unknown): void {
  const known = error instanceof HttpError;
  if (!known) logError(error);
  if (response.headersSent) return void response.destroy();
  const { status, message, headers } = known ? error : new HttpError(500, 'internal error');
  response.status(status).set(headers).json({ error: message });
}
