import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../model/errors';
import type { Experiment } from '../model/experiment';
import { PROJECT_ROOT } from '../support/root';

/** The order in which the six failures are best told; others follow by name. */
const STORY = ['baseline', 'cpu-stress', 'memory-stress', 'cascade-failure', 'db-pool-exhaust', 'io-stress'];

/** Compiled beside the lab's own code, the folder of an experiment holds experiment.js. */
const COMPILED = join(__dirname, '..', '..', 'loadtests');

/** Every folder of loadtests/ with an experiment in it is one; there is no other list. */
export function experimentNames(): string[] {
  const names = readdirSync(COMPILED).filter((name) =>
    ['js', 'ts'].some((ending) => existsSync(join(COMPILED, name, `experiment.${ending}`))),
  );
  const rank = (name: string): number => (STORY.includes(name) ? STORY.indexOf(name) : STORY.length);
  return names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** @throws LabError (usage) listing the names there are. */
export function experiment(name: string): Experiment {
  if (!experimentNames().includes(name)) {
    throw new LabError(
      `There is no experiment ${JSON.stringify(name)}.`,
      'usage',
      `Choose from: ${experimentNames().join(', ')}.`,
    );
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by its folder at run time
  return (require(join(COMPILED, name, 'experiment')) as { experiment: Experiment }).experiment;
}

/** The k6 script of an experiment; it is not compiled, every runner reads the source. */
export function loadScript(name: string): string {
  return join(PROJECT_ROOT, 'loadtests', name, 'load.ts');
}

/** The page that explains an experiment, as Markdown. */
export function lesson(name: string): string {
  return readFileSync(join(PROJECT_ROOT, 'loadtests', name, 'README.md'), 'utf8');
}

/** The recordings that come with the lab, in a stable order. */
export function committedRecordings(): string[] {
  return readdirSync(join(PROJECT_ROOT, 'loadtests'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/recordings\/.*\.jsonl$/.test(path))
    .sort()
    .map((path) => join(PROJECT_ROOT, 'loadtests', path));
}
