import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../../constructs/kube-object';
import { LabError } from '../../model/errors';

/** An error answer of the API server. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** The API server has not answered for longer than a restart of it takes. */
export class Unanswered extends LabError {
  constructor(context: string, silentMs: number, cause: Error) {
    super(
      `The API server of context ${JSON.stringify(context)} has not answered for ${Math.round(silentMs / 1000)} s: ${cause.message}`,
      'environment',
      'Check with `kubectl version`, using the same context.',
    );
  }
}

export interface ApiCall {
  body?: unknown;
  contentType?: string;
  /** Timeout of one attempt. Default: 15 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Do not retry when there is no answer: the first failure is thrown as it is. */
  once?: boolean;
}

export interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject & { code?: number; message?: string };
}

/**
 * The address of the API server and the credentials: options for each request, renewed as credentials change.
 */
export interface ApiConnection {
  server: string;
  context: string;
  options(): Promise<RequestOptions>;
}

const DEFAULT_TIMEOUT_MS = 15_000;
/**
 * How long an API server may be silent before the lab gives up, ms. Twice the restart time on a single node.
 */
const PATIENCE_MS = 60_000;
const RETRY_MS = 1000;
/** A longer answer is neither a page of metrics nor a log. */
const MAX_BYTES = 64 * 2 ** 20;

type ApiQuery = Record<string, string | number | boolean | undefined>;

/**
 * Requests to the API server, with objects as plain JSON. The typed clients drop fields that they do not
 * know, but an applied manifest must be the synthesized one.
 */
export class KubeApi {
  private readonly resources = new Map<string, Promise<Resource[]>>();
  private answeredAt = performance.now();

  constructor(
    private readonly connection: ApiConnection,
    private readonly patienceMs = PATIENCE_MS,
  ) {}

  get context(): string {
    return this.connection.context;
  }

  async json<T>(method: string, path: string, call: ApiCall = {}): Promise<T> {
    return JSON.parse(await this.text(method, path, call)) as T;
  }

  /**
   * Sends a request, and retries while there is no answer, so that a run survives a restart of the API
   * server.
   * @throws ApiError for any status except 2xx; Unanswered after a minute without any answer.
   */
  async text(method: string, path: string, call: ApiCall = {}): Promise<string> {
    const begun = performance.now();
    for (;;) {
      try {
        return await this.attempt(method, path, call);
      } catch (error) {
        if (call.once || call.signal?.aborted || error instanceof ApiError) throw error;
        const silentMs = performance.now() - this.answeredAt;
        if (silentMs > this.patienceMs) throw new Unanswered(this.context, silentMs, error as Error);
        // The server answers other requests, so the fault is in this one.
        if (performance.now() - begun > this.patienceMs) throw error;
        await sleep(RETRY_MS, undefined, { signal: call.signal });
      }
    }
  }

  private async attempt(method: string, path: string, call: ApiCall): Promise<string> {
    const limit = AbortSignal.timeout(call.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    try {
      return await readAll(await this.send(method, path, { ...call, signal }));
    } catch (error) {
      if (!limit.aborted || call.signal?.aborted) throw error;
      throw new Error(`no answer within ${call.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms`, { cause: error });
    }
  }

  /** The events of a watch, until the server ends it or `signal` aborts. */
  async *watch(path: string, query: ApiQuery, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const response = await this.send('GET', withQuery(path, { ...query, watch: true }), { signal });
    if (response.statusCode !== 200) throw apiError(response, await drain(response));
    for await (const line of createInterface({ input: response })) {
      if (line !== '') yield JSON.parse(line) as WatchEvent;
    }
  }

  /** Changes fields of an object that is there. It never creates one, unlike an apply. */
  async patch(path: string, fields: object, call: ApiCall = {}): Promise<KubeObject> {
    return this.json('PATCH', path, { ...call, body: fields, contentType: 'application/merge-patch+json' });
  }

  /** Creates an object. The server refuses fields that it does not know, as it does in an apply. */
  async create(object: KubeObject, fieldManager?: string): Promise<KubeObject> {
    const path = await this.pathOf(object);
    const folder = path.slice(0, path.lastIndexOf('/'));
    return this.json('POST', withQuery(folder, { fieldManager, fieldValidation: 'Strict' }), {
      body: object,
    });
  }

  /** Deletes an object. It is no error if the object is already gone. */
  async delete(path: string, query: ApiQuery = { propagationPolicy: 'Background' }): Promise<void> {
    await this.text('DELETE', withQuery(path, query)).catch(unlessMissing);
  }

  /** @returns undefined when there is no such object. */
  async get<T = KubeObject>(path: string): Promise<T | undefined> {
    return this.json<T>('GET', path).catch(unlessMissing);
  }

  async list<T = KubeObject>(
    path: string,
    query: ApiQuery = {},
    call: ApiCall = {},
  ): Promise<{ items: T[]; version: string }> {
    const found = await this.json<{ items: T[]; metadata: { resourceVersion: string } }>(
      'GET',
      withQuery(path, query),
      call,
    );
    return { items: found.items, version: found.metadata.resourceVersion };
  }

  /** The path of an object, from the server's discovery of its apiVersion and kind. */
  async pathOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): Promise<string> {
    const found = (await this.discover(apiVersion)).find((resource) => resource.kind === kind);
    if (!found) throw new ApiError(404, 'NoKindMatch', `the cluster knows no ${kind} of ${apiVersion}`);
    const folder = found.namespaced ? `namespaces/${namespace}/${found.name}` : found.name;
    return `${root(apiVersion)}/${folder}/${name}`;
  }

  private discover(apiVersion: string): Promise<Resource[]> {
    let found = this.resources.get(apiVersion);
    if (!found) {
      found = this.json<{ resources: Resource[] }>('GET', root(apiVersion))
        .catch(unlessMissing)
        .then((list) => list?.resources.filter(({ name }) => !name.includes('/')) ?? []);
      this.resources.set(apiVersion, found);
    }
    return found;
  }

  private async send(method: string, path: string, call: ApiCall): Promise<IncomingMessage> {
    const url = new URL(this.connection.server.replace(/\/$/, '') + path);
    const options = await this.connection.options();
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      ...options.headers,
      accept: 'application/json, */*',
      ...(body !== undefined && {
        'content-type': call.contentType ?? 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
    };
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      send(url, { ...options, method, headers, signal: call.signal }, (response) => {
        this.answeredAt = performance.now();
        resolve(response);
      })
        .on('error', reject)
        .end(body);
    });
  }
}

interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

export function withQuery(path: string, query: ApiQuery): string {
  const set = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  );
  return set.length > 0 ? `${path}?${new URLSearchParams(set)}` : path;
}

function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

export function isStatus(error: unknown, ...statuses: number[]): error is ApiError {
  return error instanceof ApiError && statuses.includes(error.status);
}

export function unlessMissing(error: unknown): undefined {
  if (!isStatus(error, 404)) throw error;
}

async function readAll(response: IncomingMessage): Promise<string> {
  const text = await drain(response);
  if (response.statusCode! >= 200 && response.statusCode! < 300) return text;
  throw apiError(response, text);
}

async function drain(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new ApiError(0, 'TooLong', `an answer of more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Uses the server's own message if it sent a Status. */
function apiError({ statusCode = 0 }: IncomingMessage, text: string): ApiError {
  try {
    const status = JSON.parse(text) as { message?: string; reason?: string };
    return new ApiError(statusCode, status.reason ?? '', status.message ?? text);
  } catch {
    return new ApiError(statusCode, '', text.trim().slice(0, 300) || `status ${statusCode}`);
  }
}
