import ts from 'typescript';
import { exportsOf, k6Module } from '../modules/declarations';
import type { Colouring } from './colouring';
import { isCalledImplicitly, isUnknownCallee } from './doubt';
import type { Names } from './names';
import { isKnownGlobal, STORES, TAKES_ASYNC } from './natives';
import { errorAt, refuse } from './refusals';
import {
  accessedName,
  type Body,
  isAsync,
  isBody,
  isGenerator,
  isGlobal,
  scopeOf,
  unwrap,
  visitAll,
} from './syntax';

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
    if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node) || ts.isImportClause(node)) {
      this.checkLocalName(node);
    }
    if (ts.isTaggedTemplateExpression(node) && this.colouring.carries(node.tag)) throw refuse(node, 'tag');
    if (ts.isNewExpression(node)) this.checkCallbacks(node, this.names.constructors(node));
    if (!ts.isCallExpression(node)) return;
    if (node.expression.kind === ts.SyntaxKind.ImportKeyword) throw refuse(node, 'dynamicImport');
    if (isGlobal(node.expression, 'require') && !this.names.isDeclared(node.expression))
      throw refuse(node, 'require');
    if (this.colouring.isBlocking(node)) {
      const scope = scopeOf(node);
      if (scope === 'initializer' && this.colouring.isCertain(node)) throw refuse(node, scope);
      if (scope === 'module' && this.blocksInInit(node)) throw refuse(node, 'topLevel');
    } else this.checkCallbacks(node, this.colouring.targets(node));
  }

  /** Whether the call is one of k6's own functions. A function of the script may block only in iterations. */
  private blocksInInit(call: ts.CallExpression): boolean {
    const callee = unwrap(call.expression);
    if (this.names.bodyOf(callee) || this.names.isK6(callee, 'abort')) return false;
    return this.colouring.isCertain(call);
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

  /** Refuses a name that a module of the script does not export. k6 does not run such a script either. */
  private checkLocalName(node: ts.ImportSpecifier | ts.ExportSpecifier | ts.ImportClause): void {
    const name = node.name;
    const specifier = moduleSpecifier(node);
    if (!name || !ts.isIdentifier(name) || !specifier || k6Module(specifier.text)) return;
    const file = this.names.checker.getSymbolAtLocation(specifier)?.declarations?.[0];
    if (!file || !ts.isSourceFile(file) || !ts.isExternalModule(file)) return;
    if (node.isTypeOnly || !this.names.isMissing(name)) return;
    const wanted = ts.isImportClause(node) ? 'default' : (node.propertyName ?? name).text;
    throw errorAt(
      name,
      `'${specifier.text}' does not export '${wanted}'`,
      'Correct the name, or export it from that file.',
    );
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
    if (isCalledImplicitly(body)) throw refuse(body, 'implicit');
  }

  private checkCallbacks(node: ts.CallExpression | ts.NewExpression, targets: Body[]): void {
    if (targets.length > 0) return;
    const callee = unwrap(node.expression);
    const name = accessedName(callee) ?? (ts.isIdentifier(callee) ? callee.text : '');
    if (isReflectApply(callee) || STORES.has(name) || (ts.isCallExpression(node) && TAKES_ASYNC.has(name)))
      return;
    // A function that the script has been handed may wait for its callbacks, too.
    if (ts.isCallExpression(node) && isUnknownCallee(callee, this.colouring)) return;
    const root = rootOf(callee);
    if (ts.isIdentifier(root) && !this.names.isDeclared(root) && !isKnownGlobal(root.text)) return;
    for (const argument of node.arguments ?? []) {
      const body = this.names.bodyOf(argument);
      if (body && this.colouring.blocks(body)) throw refuse(argument, 'callback');
    }
  }
}

/** `a` in `a.b.c` */
function rootOf(expression: ts.Expression): ts.Expression {
  const node = unwrap(expression);
  return ts.isPropertyAccessExpression(node) ? rootOf(node.expression) : node;
}

function moduleSpecifier(
  node: ts.ImportSpecifier | ts.ExportSpecifier | ts.ImportClause,
): ts.StringLiteral | undefined {
  const declaration = ts.isImportClause(node)
    ? node.parent
    : ts.isImportSpecifier(node)
      ? node.parent.parent.parent
      : node.parent.parent;
  const specifier = declaration.moduleSpecifier;
  return specifier && ts.isStringLiteral(specifier) ? specifier : undefined;
}

/** `Reflect.apply(f, self, values)`, which calls f at once, like the code around it. */
function isReflectApply(callee: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(callee) &&
    isGlobal(callee.expression, 'Reflect') &&
    callee.name.text === 'apply'
  );
}
