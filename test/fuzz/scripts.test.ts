import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { compile } from '../../lab/load/embedded/script/compile';
import { LabError } from '../../lab/model/errors';
import { runs, TIMEOUT_MS } from './effort';

jest.setTimeout(TIMEOUT_MS);

const CORPUS = join(__dirname, 'corpus', 'scripts');
const SCRIPTS = resolve(__dirname, '../load/scripts');
const sources = ['errors.js', 'groups.js', 'helpers.js', 'failures.js', 'metrics.js'].map((name) =>
  readFileSync(join(SCRIPTS, name), 'utf8'),
);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'lab-fuzz-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Transforms a script without running it. */
function transforms(content: string | Buffer): LabError | undefined {
  const file = join(folder, 'script.js');
  writeFileSync(file, content);
  try {
    compile(file);
    return undefined;
  } catch (error) {
    if (error instanceof LabError && error.kind === 'usage') return error;
    throw error;
  }
}

/** Words and symbols that cause all kinds of mistakes in the wrong place. */
const TOKENS = [
  ...['import', 'export', 'default', 'function', 'async', 'await', 'yield', 'class', 'new', 'super', 'this'],
  ...[
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '=>',
    '=',
    ';',
    ',',
    '...',
    '?.',
    '`',
    '${',
    '/',
    '/*',
    '"',
    '#x',
    '@',
    '\0',
  ],
  ...[
    "import http from 'k6/http'",
    "import x from 'https://a.b/c.js'",
    'http.get("x")',
    'sleep(1)',
    'eval("1")',
  ],
  ...[
    'for await (const x of y)',
    'function* g() {}',
    'get a() { return http.get(b) }',
    'new Promise(http.get)',
  ],
];

describe('the transform of k6 scripts', () => {
  it.each(readdirSync(CORPUS))('accepts or refuses the corpus script %s', (name) => {
    transforms(readFileSync(join(CORPUS, name)));
  });

  it('accepts a script with lost, duplicated, swapped or inserted pieces, or refuses it with place and reason', () => {
    const edits = fc.array(
      fc.record({
        at: fc.nat(2000),
        length: fc.nat(30),
        insert: fc.oneof(fc.constantFrom('', ...TOKENS), fc.string()),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...sources), edits, (source, all) => {
        const edited = all.reduce((text, { at, length, insert }) => {
          const from = at % (text.length + 1);
          return text.slice(0, from) + insert + text.slice(from + length);
        }, source);
        const refusal = transforms(edited);
        if (refusal) expect(refusal.message).toMatch(/script\.js|[\w/.-]+:\d+:\d+/);
      }),
      runs(25),
    );
  });

  it('accepts or refuses any text that is not a script', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom(...TOKENS)).map((all) => all.join(' ')),
        ),
        (text) => {
          transforms(text);
        },
      ),
      runs(15),
    );
  });

  it('survives deep nesting', () => {
    expect([undefined, 'LabError']).toContain(
      transforms(`export default function () { ${'('.repeat(3000)} }`)?.name,
    );
    expect([undefined, 'LabError']).toContain(
      transforms(`export default () => ${'[1].map((x) => '.repeat(60)}x${')'.repeat(60)};`)?.name,
    );
  });
});
