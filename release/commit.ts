import { LabError } from '../lab/model/errors';
import { run } from './run';

export interface Commit {
  id: string;
  /** Commit time, ISO 8601 in UTC. */
  date: string;
}

/**
 * @throws LabError (usage) when files differ from the commit, because nobody could reproduce that release.
 */
export function releasedCommit(checkout: string): Commit {
  const git = (...args: string[]) =>
    run('git', args, checkout, 'Run the release in a clone of the repository.').trim();
  const changed = git('status', '--porcelain', '--untracked-files=no');
  if (changed !== '') {
    throw new LabError(
      `The working tree differs from its commit:\n${changed}`,
      'usage',
      'A release is built from a commit. Commit the changes, or put them away with `git stash`.',
    );
  }
  const [id, seconds] = git('log', '-1', '--format=%H %ct').split(' ') as [string, string];
  return { id, date: new Date(Number(seconds) * 1000).toISOString() };
}

/** Writes only the files of the commit to a folder. */
export function exportCommit(checkout: string, folder: string): void {
  run('git', ['checkout-index', '--all', `--prefix=${folder}/`], checkout, 'Check the free disk space.');
}
