import { LabError } from '../../lab/model/errors';

/** @throws LabError (usage) if there is no run of this name. */
export function named<T extends { name: string }>(name: string, all: T[]): T {
  const found = all.find((run) => run.name === name);
  if (found) return found;
  throw noSuch(
    'run',
    name,
    all.map((run) => run.name),
  );
}

export function noSuch(what: string, name: string | undefined, allowed: string[]): LabError {
  return new LabError(
    `there is no ${what} ${JSON.stringify(name)}`,
    'usage',
    `Choose from: ${allowed.join(', ')}.`,
  );
}
