export const NORMAL_CLOSURE = 1000;
export const GOING_AWAY = 1001;

const NAMES: Record<number, string> = {
  1000: 'normal',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no status',
  1006: 'abnormal closure',
  1007: 'invalid payload data',
  1008: 'policy violation',
  1009: 'message too big',
  1010: 'mandatory extension missing',
  1011: 'internal server error',
  1015: 'TLS handshake error',
};
const ABNORMAL = 1006;

/** The reason of a closure, also when the server has sent none. */
export const closeReason = (code: number, reason: string) => (code === ABNORMAL ? 'unexpected EOF' : reason);

/** k6's text for a connection that was closed with this code; undefined when that is no error. */
export function closeError(code: number, reason: string): string | undefined {
  if (code === NORMAL_CLOSURE || code === GOING_AWAY) return undefined;
  const name = NAMES[code] ? ` (${NAMES[code]})` : '';
  const text = closeReason(code, reason);
  return `websocket: close ${code}${name}${text && `: ${text}`}`;
}
