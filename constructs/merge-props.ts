import { prototypeProblem, reachesPrototype } from './prop-problems';
import { PropsError } from './props-error';
import type { LabPropsInput } from './schema';

type Tree = { [key: string]: unknown };

/**
 * Merges settings group by group. The last layer wins. The layers themselves do not change.
 * @throws PropsError for keys that would reach an object's prototype.
 */
export function mergeProps(...layers: (LabPropsInput | undefined)[]): LabPropsInput {
  return layers.reduce<Tree>((merged, layer) => mergeTrees(merged, (layer ?? {}) as Tree, []), {});
}

function mergeTrees(under: Tree, over: Tree, steps: string[]): Tree {
  const merged: Tree = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const here = [...steps, key];
    if (reachesPrototype(key)) throw new PropsError([prototypeProblem(here)]);
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isTree(value) ? mergeTrees(isTree(below) ? below : {}, value, here) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
