import fc from 'fast-check';
import { loadScript } from '../../../lab/load/embedded/script';
import { LabError } from '../../../lab/model/errors';
import { context, FakeHost } from './harness';
import { linesOf, load, write } from './temp-script';

/** Programs in which any function may end up in leaf(), through every supported kind of call. */
const { expression } = fc.letrec<{ expression: string; small: string }>((tie) => ({
  small: fc.constantFrom('x', 'y', '1', '2', '3'),
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('small'),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*'), tie('expression'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('small'))
      .map(([a, b, c]) => `(${a} > ${c} ? ${b} : ${c})`),
    ...[
      (a: string) => `leaf(${a})`,
      (a: string) => `(() => ${a})()`,
      (a: string) => `apply((x) => ${a}, y)`,
      (a: string) => `apply(leaf, ${a})`,
      (a: string) => `tools.twice(${a})`,
      (a: string) => `tools['twice'](${a})`,
      (a: string) => `pick(x)(${a})`,
      (a: string) => `new Counter(x).add(${a})`,
      (a: string) => `steps.map((step) => step(${a})).length`,
      (a: string) => `[x, y, 1].map((y) => ${a}).reduce((x, y) => x + y, 0)`,
      (a: string) => `[x, 2, 3].filter((x) => ${a} > 1).length`,
      (a: string) => `([x, 2].find((y) => ${a} > 2) ?? 0)`,
      (a: string) => `Number([y, 1].some((x) => ${a} > 2))`,
      (a: string) => `Number([x, y].every((x) => ${a} < 9))`,
      (a: string) => `[1, x].flatMap((y) => [${a}]).length`,
      (a: string) => `Array.from({ length: 2 }, (_, y) => ${a}).length`,
      (a: string) => `caught((y) => { if (y > 1) throw new Error('x'); return ${a}; })`,
      (a: string) => `leaf.call(null, ${a})`,
      (a: string) => `table.get('leaf')(${a})`,
      (a: string) => `find('leaf')(${a})`,
      (a: string) => `registry[key](${a})`,
      (a: string) => `registry.leaf(${a})`,
      (a: string) => `Object.fromEntries([['f', leaf]]).f(${a})`,
      (a: string) => `[...new Set([leaf])][0](${a})`,
      (a: string) => `curry(leaf)(${a})`,
      (a: string) => `Reflect.apply(leaf, null, [${a}])`,
      (a: string) => `Math.max(...[x, y].map(curry((y) => ${a})))`,
      (a: string) => `(tools.nothing?.call(${a}) ?? ${a})`,
    ].map((wrap) => tie('expression').map(wrap)),
  ),
}));

function program(body: string, leaf: string): string {
  return `
    import { sleep } from 'k6';
    function leaf(n) { ${leaf} return n % 7 + 1; }
    const apply = (fn, value) => fn(value);
    const tools = { twice(n) { return leaf(leaf(n)); } };
    const table = new Map([['leaf', leaf]]);
    const find = (name) => table.get(name);
    const registry = {};
    const key = 'leaf';
    function register(name, fn) { registry[name] = fn; }
    register(key, leaf);
    const curry = (fn) => (n) => fn(n);
    const steps = [leaf, (n) => leaf(n) + 1];
    const pick = (n) => (n > 1 ? leaf : tools.twice);
    class Counter {
      constructor(start) { this.total = start; }
      add(n) { this.total += leaf(n); return this.total; }
    }
    function caught(fn) {
      try { return fn(1) + fn(2); } catch (error) { return -1; } finally { tools.last = 0; }
    }
    function main(x, y) {
      let sum = 0;
      for (let i = 0; i < 2; i++) sum += ${body};
      return sum;
    }
    export default function () { console.log(main(2, 3), main(-1, 5)); }`;
}

function natively(source: string): string[] {
  const lines: string[] = [];
  const text = source.replace(/import .*/, '').replace('export default function ()', 'return function ()');
  const main = new Function('console', text)({
    log: (...values: unknown[]) => lines.push(values.join(' ')),
  }) as () => void;
  main();
  return lines;
}

describe('a transformed script', () => {
  test('behaves as if its blocking calls were plain calls', async () => {
    const property = fc.asyncProperty(expression, async (body) => {
      const expected = natively(program(body, ''));
      expect(await linesOf(program(body, ''))).toEqual(expected);
      expect(await linesOf(program(body, 'sleep(0);'))).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test('runs blocking callbacks of arrays one after another', async () => {
    const lines = await linesOf(`
      import { sleep } from 'k6';
      export default function () {
        [3, 1, 2].forEach((n, index) => { sleep(n / 1000); console.log(index, n); });
        new Map([['a', 2], ['b', 1]]).forEach((n, key) => { sleep(n / 1000); console.log(key); });
      }`);
    expect(lines).toEqual(['0 3', '1 1', '2 2', 'a', 'b']);
  });

  test('does not touch promises of the user: callers do not await an async function', async () => {
    const lines = await linesOf(`
      import { sleep } from 'k6';
      async function later() { await null; sleep(0.001); return 1; }
      export default async function () {
        const promise = later();
        console.log(typeof promise.then, await promise);
      }`);
    expect(lines).toEqual(['function 1']);
  });

  test('keeps short-circuiting optional chains', async () => {
    const lines = await linesOf(`
      import { sleep } from 'k6';
      const none = undefined;
      const some = { load() { sleep(0); return { json: () => 5 }; } };
      const read = (api) => api?.load().json();
      export default function () { console.log(read(none), read(some)); }`);
    expect(lines).toEqual(['undefined 5']);
  });

  test.each([
    ['a variable', 'declare const __ENV: Record<string, string>;'],
    ['a function', 'declare function open(path: string): string;'],
    ['a global', 'declare global { var __ENV: Record<string, string>; var open: (path: string) => string; }'],
  ])('%s that is only declared is still the one of k6', async (_what, declaration) => {
    const path = write(
      `${declaration}
       export default function (): void { console.log(__ENV.NAME, typeof open); }`,
      'ts',
    );
    const host = new FakeHost();
    const script = await loadScript({ path, env: { NAME: 'value' }, host });
    await script.createVU(1).iterate(context());
    expect(host.lines).toEqual(['value function']);
  });

  test('reports exceptions at their place in the original file', async () => {
    const path = write(
      [
        `import { sleep } from 'k6';`,
        `interface Unused { a: number }`,
        `function inner(n: number): never {`,
        `  sleep(0);`,
        `  throw new RangeError('number ' + n);`,
        `}`,
        `export default function (): void {`,
        `  inner(7);`,
        `}`,
      ].join('\n'),
      'ts',
    );
    const script = await loadScript({ path, env: {}, host: new FakeHost() });
    await expect(script.createVU(1).iterate(context())).rejects.toMatchObject({
      message: 'RangeError: number 7',
      location: `${path}:5:9`,
      stack: expect.stringContaining(`${path}:8:3`) as string,
    });
  });
});

describe('unsupported code is refused with file, line and column', () => {
  const IMPORTS = `import http from 'k6/http'; import { sleep } from 'k6';\n`;
  const MAIN = `\nexport default function () {}`;
  const inMain = (code: string) => `${IMPORTS}export default function () {\n  ${code}\n}`;

  test.each([
    ['a getter', `${IMPORTS}class A { get x() { return http.get('u'); } }${MAIN}`, ':2:11', 'getter'],
    ['a constructor', `${IMPORTS}class A { constructor() { sleep(1); } }${MAIN}`, ':2:11', 'constructor'],
    ['a generator', `${IMPORTS}function* g() { sleep(1); yield 1; }${MAIN}`, ':2:1', 'generator'],
    [
      'a comparator',
      inMain('[2, 1].sort((a, b) => { sleep(1); return a - b; });'),
      ':3:15',
      'not part of the script',
    ],
    [
      'an executor',
      inMain('new Promise((resolve) => { sleep(1); resolve(); });'),
      ':3:15',
      'not part of the script',
    ],
    [
      'toJSON',
      `${IMPORTS}const o = { toJSON() { return http.get('u').body; } };${MAIN}`,
      ':2:13',
      'by itself',
    ],
    ['a default value', `${IMPORTS}function f(a = http.get('u')) {}${MAIN}`, ':2:16', 'default value'],
    ['a class field', `${IMPORTS}class A { a = http.get('u'); }${MAIN}`, ':2:15', 'class field'],
    ['the init context', `${IMPORTS}const a = http.get('u');${MAIN}`, ':2:11', 'init context'],
    ['a template tag', inMain('const t = () => sleep(1); t`x`;'), ':3:29', 'template tag'],
    ['require', `${IMPORTS}const a = require('fs');${MAIN}`, ':2:11', 'require()'],
    ['import()', inMain(`import('k6');`), ':3:3', 'import()'],
    ['k6/browser', `import { browser } from 'k6/browser';${MAIN}`, ':1:25', `'k6/browser'`],
    ['an extension', `import x from 'k6/x/sql';${MAIN}`, ':1:15', `'k6/x/sql'`],
    ['a URL', `import x from 'https://example.com/x.js';${MAIN}`, ':1:15', 'example.com'],
    ['a package', `import _ from 'lodash';${MAIN}`, ':1:15', `'lodash'`],
    ['a missing file', `import _ from './missing.js';${MAIN}`, ':1:15', 'no such file'],
    [
      'an unknown export',
      `import { md6 } from 'k6/crypto';\nexport default () => md6('x');`,
      ':2:22',
      `'md6' of k6/crypto`,
    ],
    ['an unknown member', inMain(`http.websocket('u');`), ':3:8', `'websocket' of k6/http`],
    ['a syntax error', `export default function () {`, ':1:29', `'}' expected`],
  ])('%s', async (_name, source, place, text) => {
    const path = write(source);
    const error = await loadScript({ path, env: {}, host: new FakeHost() }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LabError);
    expect(error).toMatchObject({ kind: 'usage', message: expect.stringContaining(text) as string });
    expect((error as LabError).message).toContain(path + place);
    expect((error as LabError).hint).toBeTruthy();
  });

  test('an option that would change the load', async () => {
    await expect(load(`export const options = { localIPs: '127.0.0.2' };${MAIN}`)).rejects.toThrow(
      /option 'localIPs'/,
    );
    await expect(load(`export const options = { batch: 'x' };${MAIN}`)).rejects.toThrow(
      /option 'batch' is "x"/,
    );
  });

  test('an exception in the init context', async () => {
    await expect(load(`\nundefinedName();${MAIN}`)).rejects.toThrow(/:2:1: ReferenceError/);
  });

  test('types may be imported from k6 modules without values', async () => {
    const path = write(
      `import http, { Response } from 'k6/http';\nimport { Options } from 'k6/options';\nimport type { Page } from 'k6/browser';
       export const options: Options = {};\nexport default function (): Response { return http.get('u') as Response; }`,
      'ts',
    );
    await expect(loadScript({ path, env: {}, host: new FakeHost() })).resolves.toBeDefined();
  });
});
