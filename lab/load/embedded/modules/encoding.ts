import { GoError } from './go-error';
import { toArrayBuffer, toBuffer } from './http/body';

/** Padded or not, with the alphabet of URLs or not. Any other name stands for `std`. */
type Variant = 'std' | 'rawstd' | 'url' | 'rawurl';

const isUrl = (variant: string) => variant === 'url' || variant === 'rawurl';
const isRaw = (variant: string) => variant === 'rawstd' || variant === 'rawurl';

/** k6/encoding */
export const encodingModule = {
  b64encode(data: string | ArrayBuffer, variant: Variant = 'std'): string {
    const standard = toBuffer(data).toString('base64');
    const text = isUrl(variant) ? standard.replace(/\+/g, '-').replace(/\//g, '_') : standard;
    return isRaw(variant) ? text.replace(/=+$/, '') : text;
  },
  /** Returns bytes, or text when `format` is 's'. @throws GoError for a text that is not base64 of that variant. */
  b64decode(text: string, variant: Variant = 'std', format?: string): string | ArrayBuffer {
    const wrong = firstWrong(String(text), variant);
    if (wrong >= 0) throw new GoError(`illegal base64 data at input byte ${wrong}`);
    const bytes = Buffer.from(String(text), 'base64');
    return format === 's' ? bytes.toString() : toArrayBuffer(bytes);
  },
};

/** The place that Go names when it rejects the text; -1 for a valid one. Line breaks are allowed. */
function firstWrong(text: string, variant: string): number {
  const alphabet = isUrl(variant) ? /[\w-]/ : /[a-zA-Z0-9+/]/;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === '\n' || char === '\r') continue;
    if (char === '=' && !isRaw(variant)) return wrongPadding(text, index, count % 4);
    if (!alphabet.test(char)) return index;
    count++;
  }
  const left = count % 4;
  const isComplete = left === 0 || (isRaw(variant) && left !== 1);
  return isComplete ? -1 : text.length - left;
}

/** Checks what follows from the first `=` on. `used` is the number of characters in its group. */
function wrongPadding(text: string, at: number, used: number): number {
  if (used < 2) return at;
  const rest = text.slice(at).replace(/[\r\n]/g, '');
  const needed = 4 - used;
  if (rest.length < needed || !rest.startsWith('='.repeat(needed))) {
    return rest.length < needed ? text.length : at + 1;
  }
  return rest.length > needed ? at + needed : -1;
}
