import { toArrayBuffer, toBuffer } from './http/body';

type Variant = 'std' | 'rawstd' | 'url' | 'rawurl';

/** k6/encoding */
export const encodingModule = {
  b64encode(data: string | ArrayBuffer, variant: Variant = 'std'): string {
    const standard = toBuffer(data).toString('base64');
    const text = variant.endsWith('url') ? standard.replace(/\+/g, '-').replace(/\//g, '_') : standard;
    return variant.startsWith('raw') ? text.replace(/=+$/, '') : text;
  },
  /** Returns bytes, or text when `format` is 's'. */
  b64decode(text: string, _variant: Variant = 'std', format?: string): string | ArrayBuffer {
    const bytes = Buffer.from(text, 'base64');
    return format === 's' ? bytes.toString() : toArrayBuffer(bytes);
  },
};
