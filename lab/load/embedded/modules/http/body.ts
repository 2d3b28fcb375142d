import { randomBytes } from 'node:crypto';
import { GoError } from '../go-error';
import { goType } from '../go-type';

export interface RequestBody {
  bytes: Buffer;
  /** Sent as Content-Type unless the script sets one. */
  contentType?: string;
}

/** The result of http.file(). */
export class FileData {
  constructor(
    readonly data: string | ArrayBuffer | ArrayBufferView,
    readonly filename: string,
    readonly content_type: string,
  ) {}
}

/** Reads the body that the script gave: text, bytes, or an object, which becomes a form. */
export function readBody(body: unknown): RequestBody | undefined {
  if (body === null || body === undefined) return undefined;
  if (typeof body === 'string') return { bytes: Buffer.from(body) };
  if (isBytes(body)) return { bytes: toBuffer(body) };
  if (typeof body === 'object' && !Array.isArray(body)) return formOf(body as Record<string, unknown>);
  throw new GoError(`unknown request body type ${goType(body)}`);
}

const FORM = 'application/x-www-form-urlencoded';

function formOf(fields: Record<string, unknown>): RequestBody {
  if (Object.values(fields).some((value) => value instanceof FileData)) return multipart(fields);
  const pairs = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((item) => [name, goText(item)]));
  const form = pairs.map((pair) => pair.map((text) => escaped(text as string)).join('=')).join('&');
  return { bytes: Buffer.from(form), contentType: FORM };
}

/** Go's url.QueryEscape, which k6 uses. */
function escaped(text: string): string {
  const percent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(Buffer.from(text).toString())
    .replace(/[!'()*]/g, percent)
    .replaceAll('%20', '+');
}

/** Go's default text of a value, which k6 sends. */
function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([name, item]) => `${name}:${goText(item)}`).join(' ')}]`;
}

function multipart(fields: Record<string, unknown>): RequestBody {
  const boundary = randomBytes(30).toString('hex');
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const file = value instanceof FileData ? value : undefined;
    const disposition = `form-data; name="${name}"${file ? `; filename="${file.filename}"` : ''}`;
    const type = file ? `Content-Type: ${file.content_type}\r\n` : '';
    const content = file ? toBuffer(file.data) : Buffer.from(goText(value));
    const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type}\r\n`;
    return [Buffer.from(head), content, Buffer.from('\r\n')];
  });
  const bytes = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { bytes, contentType: `multipart/form-data; boundary=${boundary}` };
}

function isBytes(value: unknown): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

export function toBuffer(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

/** A copy that shares no memory with the buffer. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
