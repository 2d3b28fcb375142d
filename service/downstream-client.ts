import { Agent } from 'node:http';
import axios, { isAxiosError, type AxiosInstance } from 'axios';
import { BrokenCircuitError, TaskCancelledError, type IPolicy } from 'cockatiel';
import type { Config } from './config';
import { breakerDefence, stateNumber } from './defences/breaker';
import { retryDefence } from './defences/retry';
import { timeoutDefence } from './defences/timeout';
import { HttpError, ShedError } from './http-error';
import type { Metrics } from './metrics';

/** The answer of the downstream. */
export interface Work {
  latencyMs: number;
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

  /** @throws HttpError 502 (failed), 503 (breaker open, with Retry-After) or 504 (timed out). */
  async call(): Promise<Work> {
    try {
      return await this.retry.execute(() => this.breaker.execute(() => this.measured()));
    } catch (error) {
      throw this.explain(error);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private async measured(): Promise<Work> {
    const observe = this.metrics.downstreamSeconds.startTimer();
    try {
      // Aborting frees the socket, or takes a call that still waits for one out of the queue.
      const { data } = await this.timeout.execute(({ signal }) => this.http.get<Work>('/work', { signal }));
      observe({ result: 'ok' });
      return data;
    } catch (error) {
      observe({ result: resultOf(error) });
      throw error;
    }
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
    if (error.response) return new HttpError(502, `downstream answered ${error.response.status}`);
    return new HttpError(502, `downstream call failed: ${error.code ?? error.message}`);
  }
}

function resultOf(error: unknown): 'timeout' | 'http_error' | 'network_error' {
  if (error instanceof TaskCancelledError) return 'timeout';
  return isAxiosError(error) && error.response ? 'http_error' : 'network_error';
}

function count<T>(byOrigin: NodeJS.ReadOnlyDict<T[]>, counts: (item: T) => boolean = () => true): number {
  return Object.values(byOrigin).reduce((sum, items = []) => sum + items.filter(counts).length, 0);
}
