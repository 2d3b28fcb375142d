import ts from 'typescript';
import { exportsOf, k6Module } from '../modules/declarations';
import type { Colouring } from './colouring';
import type { Names } from './names';
import { errorAt, refuse } from './refusals';
import {
  accessedName,
  type Body,
  isAsync,
  isBody,
  isGenerator,
  isGlobal,
  memberName,
  scopeOf,
  unwrap,
  visitAll,
} from './syntax';

/**
 * Functions that accept async callbacks: promise methods await the callback's result, timers and sockets await
 * the callback.
 */
const TAKES_ASYNC = new Set('then catch finally setTimeout setInterval bind on addEventListener'.split(' '));
/** Methods that the language itself calls without awaiting them. */
const IMPLICIT = new Set(['toString', 'valueOf', 'toJSON', 'then', 'next']);

/** @throws LabError (usage) for the first place in the file that is not supported. */
export function checkFile(file: ts.SourceFile, colouring: Colouring): void {
  const restrictions = new Restrictions(colouring, colouring.names);
  visitAll(file, (node) => restrictions.check(node));
}

class Restrictions {
  constructor(
    private readonly colouring: Colouring,
    private readonly names: Names,
  ) {}

  check(node: ts.Node): void {
    if (isBody(node) && this.colouring.blocking.has(node)) this.checkBody(node);
    if (ts.isIdentifier(node)) this.checkExport(node);
    if (ts.isTaggedTemplateExpression(node) && this.colouring.carries(node.tag)) throw refuse(node, 'tag');
    if (ts.isNewExpression(node)) this.checkCallbacks(node, this.colouring.constructors(node));
    if (!ts.isCallExpression(node)) return;
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) throw refuse(node, 'dynamicImport');
    if (isGlobal(node.expression, 'require') && !this.names.isDeclared(node.expression))
      throw refuse(node, 'require');
    if (this.colouring.isBlocking(node)) {
      const scope = scopeOf(node);
      if (typeof scope === 'string') throw refuse(node, scope === 'module' ? 'topLevel' : 'initializer');
    } else this.checkCallbacks(node, this.colouring.targets(node));
  }

  /** Refuses a name that a k6 module does not export or that is not supported. Types are not checked. */
  private checkExport(node: ts.Identifier): void {
    const { parent } = node;
    const imported = this.names.checker.getSymbolAtLocation(node)?.declarations?.[0];
    if (imported && ts.isImportSpecifier(imported) && parent !== imported && !ts.isPartOfTypeNode(node)) {
      const module = k6Module((imported.parent.parent.parent.moduleSpecifier as ts.StringLiteral).text);
      this.checkName(node, module, (imported.propertyName ?? imported.name).text);
    } else if (ts.isPropertyAccessExpression(parent) && parent.expression === node) {
      this.checkName(parent.name, this.names.wholeModule(node), parent.name.text);
    }
  }

  private checkName(node: ts.Node, module: string | undefined, name: string): void {
    if (!module || name === 'default' || exportsOf(module).includes(name)) return;
    const hint = `Use one of: ${exportsOf(module).join(', ')}. Or run the script with k6 (--load k6).`;
    throw errorAt(node, `'${name}' of ${module} is not supported`, hint);
  }

  private checkBody(body: Body): void {
    if (ts.isAccessor(body)) throw refuse(body, 'getter');
    if (ts.isConstructorDeclaration(body)) throw refuse(body, 'constructor');
    if (isGenerator(body) && !isAsync(body)) throw refuse(body, 'generator');
    const computed = 'name' in body && body.name !== undefined && ts.isComputedPropertyName(body.name);
    if (computed || IMPLICIT.has(memberName(body) ?? '')) throw refuse(body, 'implicit');
  }

  private checkCallbacks(node: ts.CallExpression | ts.NewExpression, targets: Body[]): void {
    if (targets.length > 0) return;
    const callee = unwrap(node.expression);
    const name = accessedName(callee) ?? (ts.isIdentifier(callee) ? callee.text : '');
    if (ts.isCallExpression(node) && TAKES_ASYNC.has(name)) return;
    for (const argument of node.arguments ?? []) {
      const body = this.names.bodyOf(argument);
      if (body && this.colouring.blocks(body)) throw refuse(argument, 'callback');
    }
  }
}
