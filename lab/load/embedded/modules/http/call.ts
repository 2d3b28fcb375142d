import { LabError } from '../../../../model/errors';
import { parseDuration } from '../../options/duration';
import type { ClientOptions } from '../../script/options';
import { toTags } from '../../script/tag-set';
import type { Tags } from '../../vu';
import { GoError } from '../go-error';
import { readBody, type RequestBody } from './body';
import { CookieJar } from './cookies';
import { canonicalName } from './headers';

const DEFAULT_TIMEOUT_MS = 60_000;

/** Decides whether a status counts as a success. With null, http_req_failed is not recorded. */
export type ResponseCallback = { expects(status: number): boolean } | null;
export type ResponseType = 'text' | 'binary' | 'none';

/** A call of http.request or a similar function, read from the script's arguments. */
export interface HttpCall {
  method: string;
  url: string;
  /** The name from http.url or from the tag `name`. */
  name: string | undefined;
  headers: [string, string][];
  body: RequestBody | undefined;
  cookies: { name: string; value: string; replace: boolean }[];
  jar: CookieJar;
  tags: Tags | undefined;
  timeoutMs: number;
  redirects: number;
  responseType: ResponseType;
  callback: ResponseCallback;
  basicAuth: boolean;
  throws: boolean;
}

/** The URL from http.url`...`, and its name, in which the values are left out. */
export class NamedUrl {
  constructor(
    readonly url: string,
    readonly name: string,
  ) {}

  toString(): string {
    return this.url;
  }
}

type Params = Record<string, unknown>;

/** The defaults of a VU for each call. */
export interface CallDefaults {
  options: ClientOptions;
  jar: CookieJar;
  callback: ResponseCallback;
}

const CALL_TYPES = ['text', 'binary', 'none'];

/** @throws Error for arguments that k6 rejects, LabError (usage) for what is not supported. */
export function readCall(
  method: string,
  target: unknown,
  body: unknown,
  params: unknown,
  defaults: CallDefaults,
): HttpCall {
  const { options } = defaults;
  const given = (params ?? {}) as Params;
  refuse(given);
  const named = target instanceof NamedUrl ? target : undefined;
  const tags = given.tags ? toTags(given.tags) : undefined;
  const responseType = given.responseType ?? (options.discardResponseBodies ? 'none' : 'text');
  if (!CALL_TYPES.includes(responseType as string)) {
    throw new GoError(`${String(responseType)} does not belong to ResponseType values`);
  }
  return {
    method: method.toUpperCase(),
    url: named?.url ?? String(target),
    name: tags?.name ?? named?.name,
    headers: readHeaderParams(given.headers),
    body: readBody(body),
    cookies: readCookieParams(given.cookies),
    jar: given.jar instanceof CookieJar ? given.jar : defaults.jar,
    tags,
    timeoutMs: readTimeout(given.timeout),
    redirects: typeof given.redirects === 'number' ? given.redirects : options.maxRedirects,
    responseType: responseType as ResponseType,
    callback:
      given.responseCallback === undefined ? defaults.callback : (given.responseCallback as ResponseCallback),
    basicAuth: given.auth === 'basic',
    throws: typeof given.throw === 'boolean' ? given.throw : options.throw,
  };
}

function refuse({ auth, compression }: Params): void {
  const hint = 'Remove the parameter, or run the script with k6 (--load k6).';
  if (auth && auth !== 'basic') {
    throw new LabError(`auth '${String(auth)}' is not supported: only 'basic' is`, 'usage', hint);
  }
  if (compression) throw new LabError(`compression '${String(compression)}' is not supported`, 'usage', hint);
}

function readTimeout(value: unknown): number {
  if (value === undefined || value === null) return DEFAULT_TIMEOUT_MS;
  const timeout = parseDuration(value);
  if (timeout === undefined) throw new GoError(`invalid timeout value: ${JSON.stringify(value)}`);
  return timeout || DEFAULT_TIMEOUT_MS;
}

function readHeaderParams(headers: unknown): [string, string][] {
  if (!headers) return [];
  return Object.entries(headers).map(([name, value]) => [canonicalName(name), String(value)]);
}

function readCookieParams(cookies: unknown): HttpCall['cookies'] {
  if (!cookies) return [];
  return Object.entries(cookies).map(([name, cookie]) => {
    const { value, replace = false } = typeof cookie === 'object' ? cookie : { value: cookie };
    return { name, value: String(value), replace };
  });
}
