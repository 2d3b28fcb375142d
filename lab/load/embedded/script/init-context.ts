import ts from 'typescript';
import type { Knowledge } from './doubt';
import { type Body, scopeOf, visitAll } from './syntax';

/**
 * The functions that the init context calls, directly or through others. The init context cannot wait. So each of
 * them that blocks has two bodies: one for the init context, in which it must not block, and one for iterations.
 */
export function initFunctions(files: readonly ts.SourceFile[], known: Knowledge): Set<Body> {
  const found = new Set<Body>();
  const runsInInit = (node: ts.Node): boolean => {
    const scope = scopeOf(node);
    return scope === 'module' || (typeof scope === 'object' && found.has(scope));
  };
  const add = (node: ts.Node): void => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
    if (!runsInInit(node)) return;
    const targets = ts.isCallExpression(node) ? known.targets(node) : known.names.constructors(node);
    const callbacks = (node.arguments ?? []).map((value) => known.names.bodyOf(value));
    for (const body of [...targets, ...callbacks]) if (body) found.add(body);
  };
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const file of files) visitAll(file, add);
  }
  return found;
}
