import type { Handler } from './endpoint';

/** A handler whose answer never changes, serialized once. */
export function prebuilt(value: object, status = 200): Handler {
  const body = JSON.stringify(value);
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  };
  return (_, response) => void response.writeHead(status, headers).end(body);
}
