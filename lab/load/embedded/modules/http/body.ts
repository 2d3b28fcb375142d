import { randomBytes } from 'node:crypto';

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
  if (body instanceof URLSearchParams) return { bytes: Buffer.from(body.toString()), contentType: FORM };
  if (typeof body === 'object') return formOf(body as Record<string, unknown>);
  throw new TypeError(`unknown request body type ${typeof body}`);
}

const FORM = 'application/x-www-form-urlencoded';

function formOf(fields: Record<string, unknown>): RequestBody {
  if (Object.values(fields).some((value) => value instanceof FileData)) return multipart(fields);
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) form.append(name, String(item));
  }
  return { bytes: Buffer.from(form.toString()), contentType: FORM };
}

function multipart(fields: Record<string, unknown>): RequestBody {
  const boundary = randomBytes(30).toString('hex');
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const file = value instanceof FileData ? value : undefined;
    const disposition = `form-data; name="${name}"${file ? `; filename="${file.filename}"` : ''}`;
    const type = file ? `Content-Type: ${file.content_type}\r\n` : '';
    const content = file ? toBuffer(file.data) : Buffer.from(String(value));
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
