import { createHash } from 'node:crypto';
import type { Tags } from '../vu';

export interface CheckData {
  name: string;
  path: string;
  id: string;
  passes: number;
  fails: number;
}

/** A group in the data of handleSummary. The root group has an empty name. */
export interface GroupData {
  name: string;
  path: string;
  id: string;
  groups: GroupData[];
  checks: CheckData[];
}

const SEPARATOR = '::';

/** Counts checks by group and name, from the tags of the samples. */
export class Checks {
  /** Checks by group path, then by name. */
  private readonly groups = new Map<string, Map<string, CheckData>>([['', new Map()]]);

  /** Like k6, leaves out a sample without the tags `group` and `check`. */
  add(passed: boolean, { group: path, check: name }: Tags): void {
    if (path === undefined) return;
    const checks = this.groups.get(path) ?? this.addGroup(path);
    if (name === undefined) return;
    let check = checks.get(name);
    if (!check) {
      const checkPath = path + SEPARATOR + name;
      check = { name, path: checkPath, id: idOf(checkPath), passes: 0, fails: 0 };
      checks.set(name, check);
    }
    if (passed) check.passes += 1;
    else check.fails += 1;
  }

  /** Adds a group, so that it is in the tree even without checks. */
  addGroup(path: string): Map<string, CheckData> {
    let checks = this.groups.get(path);
    if (checks) return checks;
    this.addGroup(parentOf(path));
    checks = new Map();
    this.groups.set(path, checks);
    return checks;
  }

  /** Totals by name. Checks with the same name in several groups are summed. */
  totals(): Record<string, { passes: number; fails: number }> {
    const totals: Record<string, { passes: number; fails: number }> = {};
    for (const check of [...this.groups.values()].flatMap((checks) => [...checks.values()])) {
      const total = (totals[check.name] ??= { passes: 0, fails: 0 });
      total.passes += check.passes;
      total.fails += check.fails;
    }
    return totals;
  }

  rootGroup(): GroupData {
    const groups = new Map<string, GroupData>();
    for (const [path, checks] of this.groups) {
      const name = path.slice(path.lastIndexOf(SEPARATOR) + SEPARATOR.length);
      const group = { name: path && name, path, id: idOf(path), groups: [], checks: [...checks.values()] };
      groups.set(path, group);
      if (path) groups.get(parentOf(path))!.groups.push(group);
    }
    return groups.get('')!;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf(SEPARATOR)));
}

/** Like k6, uses MD5 sums of paths as ids. Scripts may rely on them. */
function idOf(path: string): string {
  return createHash('md5').update(path).digest('hex');
}
