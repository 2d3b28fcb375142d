/** Like Go's http.CanonicalHeaderKey: `content-type` -> `Content-Type`. */
export function canonicalName(name: string): string {
  const known = CANONICAL.get(name);
  if (known !== undefined) return known;
  const canonical = name.toLowerCase().replace(/(^|-)[a-z]/g, (text) => text.toUpperCase());
  if (CANONICAL.size < MAX_NAMES) CANONICAL.set(name, canonical);
  return canonical;
}
const CANONICAL = new Map<string, string>();
const MAX_NAMES = 1000;

/**
 * Response.headers: canonical names, joined values for a repeated header, without the headers that Go
 * removes.
 */
export function readHeaders(raw: Buffer[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = canonicalName(raw[i]!.toString('latin1'));
    if (name === 'Transfer-Encoding') continue;
    const value = raw[i + 1]!.toString('latin1');
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return headers;
}

/** The values of one header by its lower-case name. Does not decode the other headers. */
export function headerValues(raw: Buffer[], name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]!.length === name.length && raw[i]!.toString('latin1').toLowerCase() === name) {
      values.push(raw[i + 1]!.toString('latin1'));
    }
  }
  return values;
}

export const setCookies = (raw: Buffer[]) => headerValues(raw, 'set-cookie');
