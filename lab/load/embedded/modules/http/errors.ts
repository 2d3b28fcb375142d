import type { RequestOutcome } from '../../../../model/events';

/** Why there was no (complete) response, with k6's error codes and texts. */
export interface Failure {
  code: number;
  /** Text of Response.error and of the tag `error`. */
  error: string;
  outcome: RequestOutcome;
}

const failure = (code: number, error: string, outcome: RequestOutcome): Failure => ({ code, error, outcome });

export const TIMEOUT = failure(1050, 'request timeout', 'timeout');
export const EOF = failure(1000, 'EOF', 'reset');
export const UNEXPECTED_EOF = failure(1000, 'unexpected EOF', 'reset');
const CERTIFICATE = failure(1310, 'x509: certificate signed by unknown authority', 'other');

/** Failures by the code of Node's error. k6's codes are from lib/netext/httpext/error_codes.go. */
const BY_CODE: Record<string, Failure> = {
  ECONNREFUSED: failure(1212, 'dial: connection refused', 'refused'),
  ECONNRESET: failure(1220, 'read: connection reset by peer', 'reset'),
  EPIPE: failure(1201, 'write: broken pipe', 'reset'),
  ETIMEDOUT: failure(1211, 'dial: i/o timeout', 'timeout'),
  UND_ERR_CONNECT_TIMEOUT: failure(1211, 'dial: i/o timeout', 'timeout'),
  ENOTFOUND: failure(1101, 'lookup: no such host', 'other'),
  EAI_AGAIN: failure(1100, 'lookup: temporary failure in name resolution', 'other'),
  DEPTH_ZERO_SELF_SIGNED_CERT: CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: failure(1311, 'x509: certificate is not valid for the name', 'other'),
};

/** Error codes with which Node reports that the other side closed the connection. */
const CLOSED = new Set(['UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_EOF_STATE']);

/** @param started whether the headers of the response had arrived. */
export function failureOf(error: Error & { code?: string }, started: boolean): Failure {
  const code = error.code ?? '';
  if (CLOSED.has(code)) return started ? UNEXPECTED_EOF : EOF;
  const known = BY_CODE[code];
  if (known) return known;
  if (code.startsWith('E') && 'syscall' in error) return failure(1200, `${code}: ${error.message}`, 'other');
  return failure(1000, error.message || code, 'other');
}

/** k6's error code for a request that is not sent because its URL is invalid. */
export const INVALID_URL = 1020;
export const invalidUrl = (url: string) => failure(INVALID_URL, `invalid URL: parse "${url}"`, 'other');
export const undecodable = (error: Error) => failure(1701, error.message, 'other');
export const NO_HOST = failure(1000, 'http: no Host in request URL', 'other');
export const unsupportedScheme = (scheme: string) =>
  failure(1000, `unsupported protocol scheme "${scheme}"`, 'other');

export function outcomeOf(status: number): RequestOutcome {
  if (status >= 500) return 'http_5xx';
  if (status >= 400) return 'http_4xx';
  return status >= 200 ? 'ok' : 'other';
}
