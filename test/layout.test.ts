import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = resolve(__dirname, '..');
const NOT_SOURCE = new Set([
  '.git',
  'node_modules',
  'build',
  'coverage',
  'released',
  'runs',
  'dist',
  'charts',
]);

const lab = (...folders: string[]): RegExp => new RegExp(`^lab/(${folders.join('|')})/`);

/** The type of what the constructs hand to an engine. */
const MANIFEST = /^constructs\/kube-object\.ts$/;

/**
 * What the files of each place may import from the project beyond their own place. The first matching line
 * applies.
 */
const ARROWS: [place: RegExp, mayImport: RegExp[]][] = [
  [/^(service|downstream)\//, []],
  [/^constructs\//, [/^(service|downstream)\/settings\.ts$/]],
  [/^main\.ts$/, [/^constructs\//]],
  [/^loadtests\/shared\//, []],
  [/^loadtests\/[^/]+\/load\.ts$/, [/^loadtests\/shared\//]],
  [/^loadtests\/[^/]+\//, [/^loadtests\/shared\//, lab('model')]],
  [lab('support'), []],
  [lab('model'), [MANIFEST]],
  [lab('recording'), [lab('support', 'model')]],
  [lab('engine'), [lab('support', 'model'), MANIFEST]],
  [lab('load'), [lab('support', 'model', 'engine/kubernetes'), MANIFEST]],
  [lab('verdict'), [lab('support', 'model', 'recording')]],
  [lab('watch/page'), [/^lab\/watch\/protocol\.ts$/, /^lab\/verdict\/format\.ts$/]],
  [lab('watch'), [lab('support', 'model', 'recording', 'verdict')]],
  [lab('report'), [lab('support', 'model', 'recording', 'verdict', 'watch')]],
  [lab('monitoring'), [lab('support', 'model', 'verdict')]],
  [lab('doctor'), [lab('support', 'model', 'engine')]],
  [
    lab('run'),
    [
      lab('support', 'model', 'recording', 'engine', 'load', 'verdict', 'report', 'monitoring'),
      /^constructs\//,
      /^main\.ts$/,
    ],
  ],
  [lab('cli'), [/^lab\//, /^constructs\//]],
  [/^release\//, [lab('support', 'model')]],
  [/^(test|bench)\//, [/^/]],
];

/** Files longer than 400 lines, each with the reason not to split it. */
const LONG_FILES: Record<string, string> = {};

const files = listFiles('');
const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
const imports = new Map(sources.map((file) => [file, importsOf(file)]));

test('imports point along the arrows of the architecture, never back', () => {
  const backwards = sources.flatMap((file) => {
    const [place, mayImport] = ARROWS.find(([pattern]) => pattern.test(file)) ?? [/^$/, []];
    const home = place.exec(file)?.[0]; // two folders of one line count as two places
    return projectImports(file)
      .filter(
        (target) => !(home && target.startsWith(home)) && !mayImport.some((allowed) => allowed.test(target)),
      )
      .map((target) => `${file} -> ${target}`);
  });
  expect(backwards).toEqual([]);
});

test('every source file has a place in the architecture', () => {
  expect(sources.filter((file) => !ARROWS.some(([place]) => place.test(file)))).toEqual([]);
});

test('load scripts import nothing but k6, so any k6 can run them', () => {
  const foreign = sources
    .filter((file) => /^loadtests\/([^/]+\/load\.ts|shared\/)/.test(file))
    .flatMap((file) => imports.get(file)!.map((name) => `${file} -> ${name}`))
    .filter((line) => !/ -> (k6(\/.*)?|\.{1,2}\/.*)$/.test(line));
  expect(foreign).toEqual([]);
});

test('imports form no cycles', () => {
  const done = new Set<string>();
  const cycleFrom = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of projectImports(file)) {
      const cycle = cycleFrom(target, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  expect(sources.map((file) => cycleFrom(file, [])).find(Boolean)).toBeUndefined();
});

test('no file is longer than 400 lines without a reason', () => {
  const long = files
    .filter((file) => /\.(ts|js|css|html)$/.test(file))
    .filter((file) => read(file).split('\n').length > 401);
  expect(long).toEqual(Object.keys(LONG_FILES));
});

test('every experiment has its load, its claims and its lesson', () => {
  const experiments = readdirSync(join(ROOT, 'loadtests')).filter((name) => name !== 'shared');
  const missing = experiments
    .flatMap((name) => ['load.ts', 'experiment.ts', 'README.md'].map((file) => join('loadtests', name, file)))
    .filter((file) => !existsSync(join(ROOT, file)));
  expect(missing).toEqual([]);
});

test('no file contains a path of the machine that it was written on', () => {
  const machinePath = /(^|[^\w.])\/(work|root)\/\w/m;
  const texts = files.filter((file) => !read(file).includes('\0'));
  expect(texts.filter((file) => machinePath.test(read(file)))).toEqual([]);
});

function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (NOT_SOURCE.has(path)) return [];
    if (entry.isDirectory()) return listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => fileName);
}

/** The project files that a file imports, including types. The compiler reports missing files. */
function projectImports(file: string): string[] {
  return (imports.get(file) ?? [])
    .filter((name) => name.startsWith('.'))
    .map((name) => join(dirname(file), name.replace(/\.js$/, '')))
    .flatMap((path) =>
      [path, `${path}.ts`, join(path, 'index.ts')].filter((candidate) => files.includes(candidate)),
    );
}
