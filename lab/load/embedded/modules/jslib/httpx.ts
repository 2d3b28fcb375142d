import type { httpModule } from '../http';
import { NamedUrl } from '../http/call';

type Http = Pick<ReturnType<typeof httpModule>, 'request' | 'asyncRequest' | 'batch'>;
type Params = Record<string, unknown> & { headers?: object; tags?: Record<string, unknown> };
interface Call {
  url: string;
  params: Params;
}
type Answer = Awaited<ReturnType<Http['request']>>;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** A request for Httpx.execute or Httpx.batch. */
class Request {
  url: unknown;
  body: unknown;
  params: Params;

  constructor(
    readonly method: string,
    url: unknown,
    { body = null, ...params }: Params = {},
  ) {
    this.url = url;
    this.body = body;
    this.params = params;
    if (!(url instanceof NamedUrl)) return;
    this.url = url.url;
    this.addTag('name', url.name);
  }

  addHeader(name: string, value: unknown): this {
    this.params.headers = { ...this.params.headers, [name]: value };
    return this;
  }

  addTag(name: string, value: unknown): this {
    this.params.tags = { ...this.params.tags, [name]: value };
    return this;
  }
}

const requestOf = (method: string) =>
  class extends Request {
    constructor(url: unknown, params?: Params) {
      super(method, url, params);
    }
  };

interface SessionOptions extends Params {
  baseURL?: string;
  errorMetric?: { add(value: boolean): void } | null;
  errorMetricCondition?: (response: Answer) => boolean;
}

/** jslib.k6.io/httpx: a session with a base URL and common parameters. */
export function httpxModule(http: Http) {
  class Httpx {
    baseURL: string;
    k6params: Params;
    lastRequest: { responseObject: unknown; responseChainDuration: number | null } = {
      responseObject: null,
      responseChainDuration: null,
    };
    errorMetric: SessionOptions['errorMetric'];
    errorMetricCondition: (response: Answer) => boolean;

    constructor({ baseURL = '', errorMetric = null, errorMetricCondition, ...params }: SessionOptions = {}) {
      this.baseURL = baseURL;
      this.k6params = { ...params, headers: { ...params.headers }, tags: { ...params.tags } };
      this.errorMetric = errorMetric;
      this.errorMetricCondition = errorMetricCondition ?? (({ status }) => status >= 200 && status <= 399);
    }

    get lastRequestChainDuration() {
      return this.lastRequest.responseChainDuration;
    }

    setBaseUrl(baseURL: string): void {
      this.baseURL = baseURL;
    }

    addHeaders(headers: object): void {
      Object.assign(this.k6params.headers!, headers);
    }

    addHeader(name: string, value: unknown): void {
      this.addHeaders({ [name]: value });
    }

    addTags(tags: object): void {
      Object.assign(this.k6params.tags!, tags);
    }

    addTag(name: string, value: unknown): void {
      this.addTags({ [name]: value });
    }

    clearTag(name: string): void {
      delete this.k6params.tags![name];
    }

    clearHeader(name: string): void {
      delete (this.k6params.headers as Record<string, unknown>)[name];
    }

    execute({ method, url, body, params }: Request) {
      return this.request(method, url, body, params);
    }

    request(method: string, url: unknown, body?: unknown, params?: Params): Promise<Answer> {
      return this.#send(method, body, this.#call(method, url, params));
    }

    async #send(method: string, body: unknown, { url, params }: Call): Promise<Answer> {
      const start = Date.now();
      const response = await http.request(method, url, body, params);
      const { expect = this.errorMetricCondition } = params as {
        expect?: (response: Answer) => boolean;
      };
      this.errorMetric?.add(!expect(response));
      this.#remember(response, start);
      return response;
    }

    asyncRequest(method: string, url: unknown, body?: unknown, params?: Params): Promise<Answer> {
      const call = this.#call(method, url, params);
      return http.asyncRequest(method, call.url, body, call.params);
    }

    batch(requests: ([string, string, unknown?, Params?] | Request)[], shared?: Params): Promise<unknown> {
      return this.#sendAll(
        requests.map((entry) => {
          const [method, url, body = null, own] = Array.isArray(entry)
            ? entry
            : [entry.method, entry.url as string, entry.body, entry.params];
          return [method, this.baseURL + url, body, merged(this.k6params, merged(shared, own))];
        }),
      );
    }

    async #sendAll(entries: unknown[]): Promise<unknown> {
      const start = Date.now();
      const responses = await http.batch(entries);
      this.#remember(responses, start);
      return responses;
    }

    /** Throws at once: only what has begun to send a request is awaited. */
    #call(method: string, url: unknown, given?: Params): Call {
      if (!METHODS.includes(method))
        throw new Error(`Invalid method: ${method}. Expected one of ${METHODS.join(',')}`);
      const params = merged(this.k6params, given);
      if (url instanceof NamedUrl) params.tags!.name = url.name;
      const text = String(url);
      return { url: text.startsWith('http') ? text : this.baseURL + text, params };
    }

    #remember(response: unknown, start: number): void {
      this.lastRequest.responseObject = response;
      this.lastRequest.responseChainDuration = Date.now() - start;
    }
  }

  for (const method of METHODS) addMethods(Httpx.prototype, method);
  const classes = METHODS.map((method) => [capitalized(method), requestOf(method)]);
  return { Httpx, Request, ...(Object.fromEntries(classes) as Record<string, ReturnType<typeof requestOf>>) };
}

/** Adds, for example, `get` and `asyncGet`. */
function addMethods(prototype: object, method: string): void {
  type Session = Record<'request' | 'asyncRequest', (...values: unknown[]) => unknown>;
  const add = (name: string, sends: keyof Session) =>
    Object.defineProperty(prototype, name, {
      value(this: Session, ...values: unknown[]) {
        return this[sends](method, ...values);
      },
    });
  add(method.toLowerCase(), 'request');
  add(`async${capitalized(method)}`, 'asyncRequest');
}

const capitalized = (method: string) => method[0] + method.slice(1).toLowerCase();

/** `second` overrides `first`, except that headers and tags are joined. */
function merged(first: Params = {}, second: Params = {}): Params {
  const headers = { ...first.headers, ...second.headers };
  return { ...first, ...second, headers, tags: { ...first.tags, ...second.tags } };
}
