import fc from 'fast-check';
import { exportsOf, K6_MODULES } from '../../../lab/load/embedded/modules/declarations';
import { select } from '../../../lab/load/embedded/modules/gjson';
import { linesOf } from '../script/temp-script';

test('every module exports exactly the names that the transform expects', async () => {
  const imports = Object.keys(K6_MODULES).map((name) =>
    name === 'jslib/k6-reporter'
      ? 'https://raw.githubusercontent.com/benc-uk/k6-reporter/main/dist/bundle.js'
      : name.replace(/^jslib\/(.*)$/, 'https://jslib.k6.io/$1/1.0.0/index.js'),
  );
  const source = `
    ${imports.map((name, index) => `import module${index} from '${name}';`).join('\n')}
    export default function () {
      ${imports.map((_, index) => `console.log(Object.keys(module${index}).sort().join(' '));`).join('\n')}
    }`;
  const expected = Object.keys(K6_MODULES).map((name) => exportsOf(name).sort().join(' '));
  expect(await linesOf(source)).toEqual(expected);
});

describe('json(selector)', () => {
  test.each([
    ['a.b', 1],
    ['list.1.name', 'two'],
    ['list.#', 2],
    ['list.#.name', ['one', 'two']],
    ['with\\.dot', true],
    ['a.none', undefined],
    ['a.b.c', undefined],
    ['constructor', undefined],
    ['list.#(name=="two").name', 'two'],
    ['list.#(name!="two")#.name', ['one']],
    ['lis?.*', undefined],
    ['l*t.1.n?me', 'two'],
    ['list|#', 2],
    ['list.#.name|@reverse', ['two', 'one']],
    ['[a.b,list.#]', [1, 2]],
    ['{a.b,"count":list.#}', { b: 1, count: 2 }],
    ['@this.a.b', 1],
  ])('%s', (path, expected) => {
    const value = { a: { b: 1 }, list: [{ name: 'one' }, { name: 'two' }], 'with.dot': true };
    expect(select(value, path)).toEqual(expected);
  });
});

test('base64 round-trips in every variant', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('std', 'rawstd', 'url', 'rawurl'),
      async (text, variant) => {
        const lines = await linesOf(`
        import encoding from 'k6/encoding';
        export default function () {
          const text = ${JSON.stringify(text)};
          console.log(encoding.b64decode(encoding.b64encode(text, '${variant}'), '${variant}', 's') === text);
        }`);
        expect(lines).toEqual(['true']);
      },
    ),
    { numRuns: 20 },
  );
});

/** As k6 computes it. */
const HMAC_MD4 = '32c43d6d6eda7f1e464711473b956b68';

test('hashes match their algorithms', async () => {
  const lines = await linesOf(`
    import crypto from 'k6/crypto';
    export default function () {
      console.log(crypto.md5('abc', 'hex'), crypto.sha1('abc', 'hex'));
      const hash = crypto.createHash('sha256');
      hash.update('a');
      const before = hash.digest('hex');
      console.log(before === hash.digest('hex'), before === crypto.sha256('a', 'hex'), hash.update('bc'));
      console.log(hash.digest('hex') === crypto.sha256('abc', 'hex'), crypto.hexEncode('az'));
      console.log(crypto.md4('abc', 'hex'), crypto.md4('', 'hex'), crypto.hmac('md4', 'key', 'abc', 'hex'));
      console.log(crypto.hmac('sha256', 'key', 'abc', 'hex').length, new Uint8Array(crypto.randomBytes(5)).length);
    }`);
  expect(lines).toEqual([
    '900150983cd24fb0d6963f7d28e17f72 a9993e364706816aba3e25717850c26c9cd0d89d',
    'true true undefined',
    'true 617a',
    'a448017aaf21d8525fc10ae87aa6729d 31d6cfe0d16ae931b73c59d7e0c089c0 ' + HMAC_MD4,
    '64 5',
  ]);
});
