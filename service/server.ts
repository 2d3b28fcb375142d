import http from 'node:http';
import type { Express } from 'express';

/**
 * The HTTP server of an Express app. Express replaces the prototype of every request and response, which makes V8
 * give up their fast paths and is most of what Express costs; here they are born with the prototypes that Express
 * wants, and its replacing changes nothing.
 */
export function createServer(app: Express): http.Server {
  return http.createServer(
    {
      IncomingMessage: withPrototype(http.IncomingMessage, app.request),
      ServerResponse: withPrototype(http.ServerResponse, app.response),
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      // Longer than the pauses of load balancers and clients, which else would meet closing sockets.
      keepAliveTimeout: 65_000,
    },
    app,
  );
}

/**
 * A constructor that makes what `Base` makes, but as an instance of `prototype`. Node's constructors are plain
 * functions, so they can be called on `this`; an object made by Reflect.construct would be as slow as a replaced
 * prototype (measured: 28 against 150 µs of CPU per request).
 */
function withPrototype<Base extends typeof http.IncomingMessage | typeof http.ServerResponse>(
  Base: Base,
  prototype: object,
): Base {
  function Constructor(this: object, ...args: unknown[]): void {
    Reflect.apply(Base as unknown as () => void, this, args);
  }
  Constructor.prototype = prototype;
  return Constructor as unknown as Base;
}
