import { toBuffer } from '../http/body';

interface FileLike {
  data: string | number[] | ArrayBuffer | ArrayBufferView;
  filename?: string;
  content_type?: string;
}

/** jslib.k6.io/formdata: the body of a multipart request, as bytes. */
export class FormData {
  readonly boundary: string;
  readonly parts: { field: string; file: FileLike }[] = [];

  constructor() {
    this.boundary = `------RWWorkerFormDataBoundary${Math.random().toString(36)}`;
  }

  append(field: string, data: string | FileLike): void {
    if (arguments.length < 2) throw new SyntaxError('Not enough arguments');
    this.parts.push({ field, file: typeof data === 'string' ? { data, content_type: 'text/plain' } : data });
  }

  body(): ArrayBuffer {
    const parts = this.parts.flatMap(({ field, file }) => [
      latin1(`--${this.boundary}\r\n${headOf(field, file)}\r\n\r\n`),
      bytesOf(file.data),
      latin1('\r\n'),
    ]);
    return new Uint8Array(Buffer.concat([...parts, latin1(`--${this.boundary}--\r\n`)])).buffer;
  }
}

function headOf(field: string, { filename, content_type = 'application/octet-stream' }: FileLike): string {
  const name = filename ? `; filename="${filename.replace(/"/g, '%22')}"` : '';
  return `Content-Disposition: form-data; name="${field}"${name}\r\nContent-Type: ${content_type}`;
}

/** Text is cut to one byte per character, as in the library. */
const latin1 = (text: string) => Buffer.from(text, 'latin1');

function bytesOf(data: FileLike['data']): Buffer {
  if (typeof data === 'string') return latin1(data);
  return Array.isArray(data) ? Buffer.from(data) : toBuffer(data);
}
