import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseProps, propPaths } from '../../constructs/props';
import { readRun } from '../../lab/recording/recorder';
import { experiment, experimentNames, lesson } from '../../lab/run/catalogue';
import { repeatCommand } from '../../lab/run/repeat-command';
import { propsOf } from '../../lab/run/settings';
import { recordingsIn } from '../../lab/run/trials';
import { CAUSES } from '../../lab/verdict/causes';
import { stepInWords } from '../../lab/verdict/advice/advice';

const PROJECT = resolve(__dirname, '../..');
const PATHS = new Set(propPaths().map(({ path }) => path));

const foldersIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));
const held = experimentNames()
  .map((name) => join(PROJECT, 'loadtests', name, 'recordings', 'held'))
  .filter((folder) => existsSync(folder));
const all = [
  ...held,
  ...foldersIn(join(PROJECT, 'docs', 'recordings')),
  join(PROJECT, 'test/confusion/recordings'),
]
  .flatMap(recordingsIn)
  .map((file): [name: string, file: string] => [relative(PROJECT, file), file]);

/** Settings with a value, as a person would pass them to `--set`. */
const settingsIn = (text: string): string[] =>
  [...text.matchAll(/\b((?:backend|downstream|postgres|autoscaling|monitoring|faults)\.[\w.]+=[\w.]+)/g)].map(
    ([, setting]) => setting!.replace(/\.$/, ''),
  );
/** Settings that are only named. */
const namedIn = (text: string): string[] =>
  [...text.matchAll(/(?<![\w/.-])(?:backend|downstream|postgres)\.[a-z][\w.]*\w/g)]
    .map(([path]) => path)
    .filter((path) => !/\.(ts|js|md|yaml|json)$/.test(path));

/** @throws PropsError for a setting that does not exist, or a value that is not allowed. */
const accept = (settings: string[], props: Record<string, unknown> = {}) =>
  parseProps(propsOf([props], settings));

describe.each(all)('the command that repeats %s', (_, file) => {
  const run = readRun(file);

  it('names only settings and values that exist', () => {
    const settings = settingsIn(repeatCommand(run, experiment(run.experiment)));
    expect(settings.filter((setting) => !PATHS.has(setting.split('=')[0]!))).toEqual([]);
    expect(() => accept(settings, experiment(run.experiment).props)).not.toThrow();
  });
});

describe.each(held.flatMap(recordingsIn).map((file) => [relative(PROJECT, file), file]))('%s', (_, file) => {
  it('shows the system of today, changed only by its arm', () => {
    const run = readRun(file);
    const { props, arms } = experiment(run.experiment);
    const today = parseProps(propsOf([props, arms?.[run.arm]?.props], []));
    const repeat = repeatCommand(run, { ...experiment(run.experiment), props: today });
    expect(settingsIn(repeat)).toEqual([]);
  });
});

test('every setting that a diagnosis suggests exists, with a value that is allowed', () => {
  const advice = CAUSES.flatMap(({ tryNext }) => tryNext.map(stepInWords)).join('\n');
  expect(settingsIn(advice).length).toBeGreaterThan(8);
  for (const setting of settingsIn(advice)) expect(() => accept([setting])).not.toThrow();
  expect(namedIn(advice).filter((path) => !PATHS.has(path))).toEqual([]);
});

test('every setting that a lesson or a page of the documentation names exists', () => {
  const pages = foldersIn(join(PROJECT, 'docs')).filter((file) => file.endsWith('.md'));
  const texts = [...experimentNames().map(lesson), ...pages.map((file) => readFileSync(file, 'utf8'))];
  const groups = new Set([...PATHS].flatMap((path) => prefixesOf(path)));
  const unknown = texts
    .flatMap(namedIn)
    .filter(
      (path) =>
        !PATHS.has(path) &&
        !groups.has(path) &&
        !/^(backend|postgres|downstream)\.(password|image)/.test(path),
    );
  expect([...new Set(unknown)]).toEqual([]);
});

function prefixesOf(path: string): string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}
