import { randomUUID } from 'node:crypto';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** jslib.k6.io/k6-utils, without access to the network. `random` is the script's Math.random. */
export function utilsModule(random: () => number) {
  const randomIntBetween = (min: number, max: number) => Math.floor(random() * (max - min + 1) + min);
  const randomItem = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)];
  return {
    randomIntBetween,
    randomItem,
    randomString: (length: number, charset = LETTERS) =>
      Array.from({ length }, () => charset[Math.floor(random() * charset.length)]).join(''),
    uuidv4: () => randomUUID(),
    findBetween,
  };
}

/** The text between `left` and `right`: the first match, or all matches with `repeat`; null when there is none. */
function findBetween(content: string, left: string, right: string, repeat = false): string | string[] | null {
  const found: string[] = [];
  for (let from = 0; ;) {
    const start = content.indexOf(left, from);
    const end = start < 0 ? -1 : content.indexOf(right, start + left.length);
    if (end < 0) return found.length > 0 ? found : null;
    const text = content.slice(start + left.length, end);
    if (!repeat) return text;
    found.push(text);
    from = end + right.length;
  }
}
