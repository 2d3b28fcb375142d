import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../model/errors';
import type { Experiment } from '../model/experiment';
import { PROJECT_ROOT } from '../support/root';

/** The order in which to present these six experiments. The others follow by name. */
const STORY = ['baseline', 'cpu-stress', 'memory-stress', 'cascade-failure', 'db-pool-exhaust', 'io-stress'];

/** The compiled experiments, beside the lab's own compiled code. */
const COMPILED = join(__dirname, '..', '..', 'loadtests');

/** Every folder of loadtests/ that contains an experiment file. No other list exists. */
export function experimentNames(): string[] {
  const names = readdirSync(COMPILED).filter((name) =>
    ['js', 'ts'].some((ending) => existsSync(join(COMPILED, name, `experiment.${ending}`))),
  );
  const rank = (name: string): number => (STORY.includes(name) ? STORY.indexOf(name) : STORY.length);
  return names.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** @throws LabError (usage) for an unknown name; it lists the known ones. */
export function experiment(name: string): Experiment {
  if (!experimentNames().includes(name)) {
    if (isScript(name)) throw scriptInsteadOfExperiment(name);
    throw new LabError(
      `There is no experiment ${JSON.stringify(name)}.`,
      'usage',
      `Choose from: ${experimentNames().join(', ')}.`,
    );
  }
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by its folder at run time
  return (require(join(COMPILED, name, 'experiment')) as { experiment: Experiment }).experiment;
}

const isScript = (name: string): boolean => /\.[cm]?[jt]s$/.test(name);

function scriptInsteadOfExperiment(name: string): LabError {
  return new LabError(
    `${JSON.stringify(name)} is a script, and not the name of an experiment.`,
    'usage',
    'An experiment has its own load script. To use yours, make it the load.ts of a new experiment: CONTRIBUTING.md, ' +
      `"Add an experiment". docs/load.md says what a script may do. The experiments are ${experimentNames().join(', ')}.`,
  );
}

/** The k6 script of an experiment. It is not compiled: every load generator reads the source. */
export function loadScript(name: string): string {
  return join(PROJECT_ROOT, 'loadtests', name, 'load.ts');
}

/** The README.md that explains an experiment. */
export function lesson(name: string): string {
  return readFileSync(join(PROJECT_ROOT, 'loadtests', name, 'README.md'), 'utf8');
}

/** The recordings that come with the lab, sorted by path. */
export function committedRecordings(): string[] {
  return readdirSync(join(PROJECT_ROOT, 'loadtests'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/recordings\/.*\.jsonl$/.test(path))
    .sort()
    .map((path) => join(PROJECT_ROOT, 'loadtests', path));
}
