import { LabError } from '../../../../model/errors';
import { NEVER, type Runtime } from '../../script/runtime';
import { GoError } from '../go-error';
import { runBatch } from './batch';
import { FileData } from './body';
import { NamedUrl, type ResponseCallback } from './call';
import { CookieJar } from './cookies';
import type { Response } from './response';
import type { HttpSession } from './session';

interface ObjectRequest {
  method: string;
  url: unknown;
  body?: unknown;
  params?: unknown;
}

/** k6/http */
export function httpModule(runtime: Runtime, session: HttpSession) {
  const withBody = (method: string) => (url: unknown, body?: unknown, params?: unknown) =>
    request(method, url, body, params);
  const withoutBody = (method: string) => (url: unknown, params?: unknown) =>
    request(method, url, null, params);

  const request = (method: string, url: unknown, body?: unknown, params?: unknown) =>
    session.request(method, url, body, params);

  function asyncRequest(method: string, url: unknown, body?: unknown, params?: unknown): Promise<Response> {
    if (runtime.interrupted) return NEVER;
    const { run } = session.prepare(method, url, body, params);
    const done = runtime.task();
    return run().finally(() => queueMicrotask(done));
  }

  function batch(requests: unknown): Promise<unknown> {
    if (typeof requests !== 'object' || requests === null)
      throw new GoError('invalid http.batch() argument type');
    const keys = Object.keys(requests);
    const tasks = Object.values(requests).map((entry) => {
      const { method, url, body, params } = readEntry(entry);
      return session.prepare(method, url, body, params);
    });
    const { batch: limit, batchPerHost } = session.options;
    return runtime.block(async () => {
      const responses = await runBatch(tasks, limit, batchPerHost);
      if (Array.isArray(requests)) return responses;
      return Object.fromEntries(keys.map((key, index) => [key, responses[index]]));
    });
  }

  return {
    get: withoutBody('GET'),
    head: withoutBody('HEAD'),
    post: withBody('POST'),
    put: withBody('PUT'),
    patch: withBody('PATCH'),
    del: withBody('DELETE'),
    options: withBody('OPTIONS'),
    request,
    asyncRequest,
    batch,
    url: namedUrl,
    file: (data: string | ArrayBuffer, filename = `${Date.now()}`, type = 'application/octet-stream') =>
      new FileData(data, filename, type),
    expectedStatuses,
    setResponseCallback(callback: ResponseCallback) {
      session.callback = callback;
    },
    cookieJar: () => session.jar,
    CookieJar,
  };
}

/** An entry of http.batch: a URL, [method, url, body, params], or { method, url, body, params }. */
function readEntry(entry: unknown): ObjectRequest {
  if (Array.isArray(entry)) {
    const [method, url, body, params] = entry as [string, unknown, unknown, unknown];
    return entry.length === 1 ? { method: 'GET', url: method } : { method, url, body, params };
  }
  if (typeof entry === 'string' || entry instanceof NamedUrl) return { method: 'GET', url: entry };
  const { method = 'GET', ...rest } = entry as Partial<ObjectRequest> & { url: unknown };
  return { method, ...rest };
}

function namedUrl(strings: TemplateStringsArray, ...values: unknown[]): NamedUrl {
  const text = strings.reduce((url, part, index) => `${url}${String(values[index - 1])}${part}`);
  return new NamedUrl(text, strings.join('${}'));
}

/** http.expectedStatuses(200, 404, { min: 300, max: 399 }) */
function expectedStatuses(...statuses: unknown[]): ResponseCallback {
  if (statuses.length === 0) throw new GoError('no arguments');
  const ranges = statuses.map((status): { min: number; max: number } => {
    if (typeof status === 'number') return { min: status, max: status };
    const { min, max } = (status ?? {}) as Record<string, unknown>;
    if (typeof min === 'number' && typeof max === 'number') return { min, max };
    throw new LabError(
      `expectedStatuses: ${JSON.stringify(status)} is neither a status nor a range`,
      'usage',
      'Use integers or { min, max } with integers.',
    );
  });
  return { expects: (status) => ranges.some(({ min, max }) => status >= min && status <= max) };
}
