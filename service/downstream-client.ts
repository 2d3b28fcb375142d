import http, { Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import axios, { AxiosError, isAxiosError, type AxiosInstance } from 'axios';
import { BrokenCircuitError, TaskCancelledError, type IPolicy } from 'cockatiel';
import type { Config } from './config';
import { breakerDefence, stateNumber } from './defences/breaker';
import { retryDefence } from './defences/retry';
import { timeoutDefence } from './defences/timeout';
import { HttpError, ShedError } from './http-error';
import type { Metrics } from './metrics';
import { codeOf, type Operation, type RouteStages } from './stages';

/** The answer of the downstream. */
export interface Work {
  latencyMs: number;
}

/** What a route asks of the downstream. */
export interface Downstream {
  /** @throws HttpError 502 (failed), 503 (breaker open, with Retry-After) or 504 (timed out). */
  call(): Promise<Work>;
}

/**
 * The only client of the downstream. All routes share its bounded agent, so a slow downstream makes calls
 * queue for sockets. With axios' default agent, which is unbounded, nothing would cascade.
 */
export class DownstreamClient {
  private readonly agent: Agent;
  private readonly http: AxiosInstance;
  private readonly breaker: IPolicy;
  private readonly timeout: IPolicy;
  private readonly retry: IPolicy;

  constructor(
    private readonly config: Config['downstream'],
    private readonly metrics: Metrics,
  ) {
    const { url, maxSockets, timeoutMs, breakerFailures, breakerResetMs, retries, retryBackoffMs } = config;
    this.agent = new Agent({
      keepAlive: true,
      maxSockets,
      maxTotalSockets: maxSockets,
      maxFreeSockets: maxSockets,
      scheduling: 'lifo',
    });
    this.http = axios.create({
      baseURL: url,
      httpAgent: this.agent,
      timeout: 0,
      maxRedirects: 0,
      proxy: false,
    });
    this.timeout = timeoutDefence(timeoutMs);
    const breaker = breakerDefence(breakerFailures, breakerResetMs);
    this.breaker = breaker;
    this.retry = retryDefence(retries, retryBackoffMs, () => metrics.downstreamRetries.inc());

    metrics.downstreamSocketsUsed(() => count(this.agent.sockets));
    metrics.downstreamSocketsWaiting(() => count(this.agent.requests, (request) => !request.destroyed));
    metrics.downstreamSocketsMax(() => maxSockets);
    metrics.circuitBreakerState(() => stateNumber(breaker));
  }

  /** The downstream for one route, whose calls are counted for it. */
  of(route: string): Downstream {
    const stages = this.metrics.stages.route(route, ['socket_wait', 'downstream']);
    return { call: () => this.call(stages) };
  }

  private async call(stages: RouteStages): Promise<Work> {
    try {
      return await this.retry.execute(() => this.breaker.execute(() => this.measured(stages)));
    } catch (error) {
      throw this.explain(error);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async measured(stages: RouteStages): Promise<Work> {
    const observe = this.metrics.downstreamSeconds.startTimer();
    try {
      const work = await stages.pass('socket_wait', reasonOf, (operation) => this.attempt(operation));
      observe({ result: 'ok' });
      return work;
    } catch (error) {
      observe({ result: resultOf(error) });
      throw error;
    }
  }

  private async attempt(operation: Operation): Promise<Work> {
    const transport = new NoticingTransport(() => operation.goOnTo('downstream'));
    // Aborting frees the socket, or takes a call that still waits for one out of the queue.
    const { data } = await this.timeout.execute(({ signal }) =>
      this.http.get<Work>('/work', { signal, transport }),
    );
    return data;
  }

  private explain(error: unknown): unknown {
    const { timeoutMs, breakerResetMs } = this.config;
    if (error instanceof BrokenCircuitError) {
      return new ShedError('breaker', 'circuit breaker open: the downstream keeps failing', breakerResetMs);
    }
    if (error instanceof TaskCancelledError) {
      return new HttpError(504, `downstream did not answer within ${timeoutMs} ms`);
    }
    if (!isAxiosError(error)) return error;
    const status = errorStatus(error);
    if (status !== undefined) return new HttpError(502, `downstream answered ${status}`);
    return new HttpError(502, `downstream call failed: ${error.code ?? error.message}`);
  }
}

function resultOf(error: unknown): 'timeout' | 'http_error' | 'network_error' {
  if (error instanceof TaskCancelledError) return 'timeout';
  return errorStatus(error) === undefined ? 'network_error' : 'http_error';
}

function reasonOf(error: unknown): string {
  if (error instanceof TaskCancelledError) return 'timeout';
  const status = errorStatus(error);
  if (status !== undefined) return `http_${status}`;
  const code = codeOf(error);
  // So axios calls a connection that ends in the middle of an answer.
  return code === AxiosError.ERR_BAD_RESPONSE ? 'ECONNRESET' : code;
}

/** The status of an answer that is an error; undefined if no whole answer came. */
function errorStatus(error: unknown): number | undefined {
  const status = isAxiosError(error) ? error.response?.status : undefined;
  return status !== undefined && status >= 300 ? status : undefined;
}

/**
 * How axios sends a call, with a listener for the moment at which the call gets its socket. It is a class,
 * because axios copies a plain object for each call.
 */
class NoticingTransport {
  constructor(private readonly onSocket: () => void) {}

  request(options: RequestOptions, onResponse: (response: IncomingMessage) => void): ClientRequest {
    return http.request(options, onResponse).once('socket', this.onSocket);
  }
}

function count<T>(byOrigin: NodeJS.ReadOnlyDict<T[]>, counts: (item: T) => boolean = () => true): number {
  return Object.values(byOrigin).reduce((sum, items = []) => sum + items.filter(counts).length, 0);
}
