import { LabError } from '../lab/model/errors';
import { run } from './run';

export interface Commit {
  id: string;
  /** When it was made, as ISO 8601 in UTC. */
  date: string;
}

/** @throws LabError (usage) when files differ from the commit: nobody could make that release again. */
export function releasedCommit(checkout: string): Commit {
  const git = (...args: string[]) =>
    run('git', args, checkout, 'A release is made in a clone of the repository.').trim();
  const changed = git('status', '--porcelain', '--untracked-files=no');
  if (changed !== '') {
    throw new LabError(
      `The working tree is not what its commit holds:\n${changed}`,
      'usage',
      'A release is made of a commit; commit the changes, or put them away with `git stash`.',
    );
  }
  const [id, seconds] = git('log', '-1', '--format=%H %ct').split(' ') as [string, string];
  return { id, date: new Date(Number(seconds) * 1000).toISOString() };
}

/** Writes the files of the commit, and no others, to a folder. */
export function exportCommit(checkout: string, folder: string): void {
  run('git', ['checkout-index', '--all', `--prefix=${folder}/`], checkout, 'Is there space left?');
}
