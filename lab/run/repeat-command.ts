import { isDeepStrictEqual } from 'node:util';
import { parseProps, type PropPath, propPaths, type LabPropsInput } from '../../constructs/props';
import type { RunEvent } from '../model/events';
import type { Experiment } from '../model/experiment';
import type { ChangedSetting, Repetition } from '../report/report';
import { propsOf } from './settings';

/** Settings of a recorded run that differ from their defaults. Passwords are not recorded. */
export function changedSettings(run: RunEvent): ChangedSetting[] {
  return propPaths().flatMap(({ path, default: preset }) => {
    const value = at(run.props, path);
    return value === undefined || isDeepStrictEqual(value, preset)
      ? []
      : [{ path, value: written(value), default: written(preset) }];
  });
}

/** What it takes to do a run again. */
export function repetition(run: RunEvent, experiment: Experiment): Repetition {
  const refused = differing(run, experiment).filter(({ isAllowed }) => !isAllowed);
  return {
    changes: changedSettings(run),
    repeat: repeatCommand(run, experiment),
    ...(refused.length > 0 && {
      notRepeated: refused.map(({ path, value }) => `${path} = ${written(value)}`),
    }),
  };
}

/**
 * The command line that repeats a run, even if main.ts has changed since. It leaves out what this version of the
 * lab would refuse.
 */
export function repeatCommand(run: RunEvent, experiment: Experiment): string {
  const settings = differing(run, experiment).flatMap(({ path, value, isAllowed }) =>
    isAllowed ? ['--set', `${path}=${written(value)}`] : [],
  );
  return [
    'npx lab run',
    run.experiment,
    ...(run.length === 'full' ? ['--full'] : []),
    ...(run.load.runner === 'embedded' ? [] : ['--load', run.load.runner]),
    ...(run.load.seed === undefined ? [] : ['--seed', String(run.load.seed)]),
    ...(run.load.allowTargets ?? []).flatMap((host) => ['--allow-target', host]),
    ...(run.engine.name === 'local' ? [] : ['--engine', run.engine.name]),
    // A host with kernel limits uses them by default, so only emulation has to be named.
    ...(run.engine.limits.rung === 'emulated' ? ['--limits', 'emulated'] : []),
    ...settings,
  ]
    .map((word, index) => (index === 0 ? word : quoted(word)))
    .join(' ');
}

/** The settings of a run that today's version would choose otherwise, and whether it still allows them. */
function differing(
  run: RunEvent,
  experiment: Experiment,
): { path: string; value: unknown; isAllowed: boolean }[] {
  const today = parseProps(propsOf([experiment.props], []));
  return propPaths().flatMap((prop) => {
    const { path } = prop;
    const value = at(run.props, path);
    const same = value === undefined || isDeepStrictEqual(value, at(today, path));
    return same ? [] : [{ path, value, isAllowed: isAllowed(value, prop) }];
  });
}

/** Whether a value of an older version is still of this setting's type and in its range. */
function isAllowed(value: unknown, { default: preset, minimum = -Infinity, maximum = Infinity }: PropPath) {
  if (typeof value !== typeof preset || Array.isArray(value) !== Array.isArray(preset)) return false;
  return typeof value !== 'number' || (value >= minimum && value <= maximum);
}

function at(tree: LabPropsInput | Record<string, unknown>, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (node, key) =>
        typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined,
      tree,
    );
}

/** A value in the form of `--set`: maps and lists are JSON. */
function written(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Quotes a word for the shell if needed. */
function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
