import type { TagSet } from '../../script/tag-set';
import { toTags } from '../../script/tag-set';
import type { Tags } from '../../vu';
import { GoError } from '../go-error';
import { CookieJar } from '../http/cookies';
import { canonicalName } from '../http/headers';

/** How a script wants to connect. */
export interface ConnectParams {
  headers: Record<string, string>;
  jar: CookieJar;
  tags: TagSet;
  /** The script's own tags. */
  own: Tags;
  compression: boolean;
}

export interface Defaults {
  userAgent: string;
  jar: CookieJar;
  tags: TagSet;
}

const KNOWN = ['headers', 'tags', 'jar', 'compression'];

/** @param strict whether an unknown parameter is an error, as in k6/websockets */
export function readParams(params: unknown, defaults: Defaults, strict: boolean): ConnectParams {
  const given = (params ?? {}) as Record<string, unknown>;
  const unknown = Object.keys(given).find((name) => !KNOWN.includes(name));
  if (strict && unknown !== undefined) throw new GoError(`unknown WebSocket's option ${unknown}`);
  const algorithm = String(given.compression ?? '').trim();
  if (algorithm !== '' && algorithm !== 'deflate') {
    throw new GoError(`unsupported compression algorithm '${algorithm}', supported algorithm is 'deflate'`);
  }
  const own = given.tags ? toTags(given.tags) : {};
  const headers = Object.entries((given.headers ?? {}) as object).map(([name, value]) => [
    canonicalName(name),
    String(value),
  ]);
  return {
    headers: { 'User-Agent': defaults.userAgent, ...(Object.fromEntries(headers) as Record<string, string>) },
    jar: given.jar instanceof CookieJar ? given.jar : defaults.jar,
    tags: defaults.tags.withAll(own),
    own,
    compression: algorithm === 'deflate',
  };
}
