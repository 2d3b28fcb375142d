import express, { type Express } from 'express';
import type { Config } from './config';
import type { Database } from './database';
import type { DownstreamClient } from './downstream-client';
import { endpoint, sendError, type Handler } from './endpoint';
import { faults as faultsOf } from './faults';
import { HttpError } from './http-error';
import type { Lifecycle } from './lifecycle';
import type { Metrics } from './metrics';
import type { RetainedMemory } from './retained-memory';
import { cascadeFailure } from './routes/cascade-failure';
import { cpuIntensive } from './routes/cpu-intensive';
import { dbPoolExhaust } from './routes/db-pool-exhaust';
import { fast } from './routes/fast';
import { health } from './routes/health';
import { memoryLeak } from './routes/memory-leak';
import { memoryReset } from './routes/memory-reset';
import { exposition } from './routes/metrics';
import { order } from './routes/order';
import { ping } from './routes/ping';
import { price } from './routes/price';
import { ready } from './routes/ready';
import { slow } from './routes/slow';
import type { CpuWork } from './workers/cpu-work';

/** What the routes work with. */
export interface Parts {
  config: Config;
  lifecycle: Lifecycle;
  metrics: Metrics;
  work: CpuWork;
  memory: RetainedMemory;
  downstream: DownstreamClient;
  database: Database;
}

type Method = 'GET' | 'POST';

/** A handler is made for its route, so that its operations are counted for that route. */
type Route = [path: string, methods: Method[], handlerFor: (route: string) => Handler];

/** The whole API. */
function routes({ config, lifecycle, metrics, work, memory, downstream, database }: Parts): Route[] {
  const faults = faultsOf(config);
  return [
    ['/api/fast', ['GET'], () => fast],
    ['/api/ping', ['GET'], () => ping],
    ['/health', ['GET'], () => health],
    ['/ready', ['GET'], () => ready(lifecycle)],
    ['/metrics', ['GET'], () => exposition(metrics)],

    ['/api/cpu-intensive', ['GET'], (route) => cpuIntensive(work.of(route), faults, config)],
    ['/api/memory-leak', ['GET'], () => memoryLeak(memory, faults, config)],
    ['/api/memory-reset', ['GET', 'POST'], () => memoryReset(memory)],
    [
      '/api/cascade-failure',
      ['GET'],
      (route) => cascadeFailure(downstream.of(route), faults, config.bulkheadMaxConcurrent),
    ],
    ['/api/price', ['GET'], (route) => price(downstream.of(route))],
    [
      '/api/db-pool-exhaust',
      ['GET'],
      (route) => dbPoolExhaust(database.of(route), faults, config.queryConcurrency),
    ],
    ['/api/order', ['GET'], (route) => order(database.of(route))],
    ['/api/slow', ['GET'], () => slow(faults, config.slowConcurrency)],
  ];
}

export function createApp(parts: Parts): Express {
  const app = express();
  app.disable('etag').disable('x-powered-by').set('query parser', 'simple');
  for (const [path, methods, handlerFor] of routes(parts)) {
    const handler = handlerFor(path);
    const route = app.route(path);
    if (methods.includes('GET')) route.get(endpoint(path, handler, parts.metrics));
    if (methods.includes('POST')) route.post(endpoint(path, handler, parts.metrics));
    route.all(endpoint(path, notAllowed(methods), parts.metrics));
  }
  app.use(endpoint('unmatched', notFound, parts.metrics));
  app.use(
    (error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      sendError(response, error);
    },
  );
  return app;
}

function notAllowed(methods: Method[]): Handler {
  const allow = methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');
  return ({ method, path }) => {
    throw new HttpError(405, `${method} is not allowed on ${path}, allowed: ${allow}`, { Allow: allow });
  };
}

const notFound: Handler = ({ path }) => {
  throw new HttpError(404, `no route ${path}`);
};
