import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requires } from '../../support/requirements';
import { TargetServer } from '../script/target-server';
import { type Outcome, runEmbedded, runK6 } from './outcome';

jest.setTimeout(30_000);

/** Small scripts, one folder for each kind. `lib` holds the modules that they import. */
const SCRIPTS = join(__dirname, 'scripts');
const KINDS = readdirSync(SCRIPTS).filter((kind) => kind !== 'lib');

/** What k6 1.8.1 did, by kind and script. RECORD_K6=1 writes it anew. */
const EXPECTED = join(__dirname, 'expected.json');
type Expected = Record<string, Record<string, Outcome>>;
const expected = (existsSync(EXPECTED) ? JSON.parse(readFileSync(EXPECTED, 'utf8')) : {}) as Expected;
const isRecording = process.env.RECORD_K6 === '1';

const scriptsOf = (kind: string) =>
  readdirSync(join(SCRIPTS, kind))
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.replace(/\.js$/, ''));
const pathOf = (kind: string, name: string) => join(SCRIPTS, kind, `${name}.js`);

async function withServer(run: (url: string) => Promise<Outcome>): Promise<Outcome> {
  const server = await TargetServer.start();
  try {
    return await run(server.url);
  } finally {
    await server.stop();
  }
}

test('there are at least 80 scripts, and each has an expectation', () => {
  const names = KINDS.flatMap((kind) => scriptsOf(kind).map((name) => `${kind}/${name}`));
  expect(names.length).toBeGreaterThanOrEqual(80);
  if (isRecording) return;
  expect(
    Object.entries(expected)
      .flatMap(([kind, outcomes]) => Object.keys(outcomes).map((name) => `${kind}/${name}`))
      .sort(),
  ).toEqual(names.sort());
});

requires('k6')('in k6, a script does what is recorded', () => {
  afterAll(() => {
    if (isRecording) writeFileSync(EXPECTED, `${JSON.stringify(expected, null, 2)}\n`);
  });

  describe.each(KINDS)('%s', (kind) => {
    test.each(scriptsOf(kind))('%s', async (name) => {
      const outcome = await withServer((url) => runK6(pathOf(kind, name), url));
      if (isRecording) (expected[kind] ??= {})[name] = outcome;
      else expect(outcome).toEqual(expected[kind]![name]);
    });
  });
});

describe('in the embedded load generator, a script does the same as in k6', () => {
  describe.each(KINDS)('%s', (kind) => {
    test.each(scriptsOf(kind))('%s', async (name) => {
      const outcome = await withServer((url) => runEmbedded(pathOf(kind, name), url));
      expect(outcome).toEqual(expected[kind]![name]);
    });
  });
});
