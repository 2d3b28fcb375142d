import ts from 'typescript';
import type { Names } from './names';
import { isKnownGlobal, NATIVE_METHODS, SEQUENTIAL, STORES, TAKES_ASYNC } from './natives';
import { isVirtual } from './program';
import {
  accessedName,
  type Body,
  isAsync,
  isBody,
  isFunctionExpression,
  isGenerator,
  isGlobal,
  isReflective,
  memberName,
  scopeOf,
  unwrap,
  visitAll,
} from './syntax';

/** What is known about the functions of a script. */
export interface Knowledge {
  readonly names: Names;
  /** Whether the function blocks. */
  blocks(body: Body): boolean;
  /** Whether the expression's value may be or contain a blocking function. */
  carries(expression: ts.Expression): boolean;
  carriesDeclaration(declaration: ts.Node | undefined): boolean;
  membersNamed(name: string): readonly Body[];
  /** Functions of the script that the call may run. */
  targets(call: ts.CallExpression): Body[];
}

/** Whether a call of this expression may run any function that the script hands around. */
export function isUnknownCallee(expression: ts.Expression, known: Knowledge): boolean {
  const callee = unwrap(expression);
  if (isFunctionExpression(callee)) return false;
  if (callee.kind === ts.SyntaxKind.SuperKeyword || callee.kind === ts.SyntaxKind.ImportKeyword) return false;
  if (ts.isIdentifier(callee)) return isUnknownName(callee, known);
  if (isReflective(callee)) {
    return isGlobal(callee.expression, 'Reflect') || isUnknownCallee(callee.expression, known);
  }
  const name = accessedName(callee);
  if (name === undefined) return true;
  if (ts.isPropertyAccessExpression(callee) && isResolved(callee, known)) return false;
  if (known.carries((callee as ts.PropertyAccessExpression).expression)) return true;
  return !NATIVE_METHODS.has(name) && known.membersNamed(name).length === 0;
}

function isUnknownName(name: ts.Identifier, { names }: Knowledge): boolean {
  const declaration = names.declarationOf(name);
  if (!declaration) return !isKnownGlobal(name.text);
  if (isVirtual(declaration.getSourceFile())) return false;
  return !isBody(declaration) && !ts.isClassLike(declaration) && names.bodyOf(name) === undefined;
}

function isResolved(node: ts.PropertyAccessExpression, { names }: Knowledge): boolean {
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword || names.bodyOf(node)) return true;
  const declaration = names.declarationOf(node.name);
  return declaration !== undefined && isVirtual(declaration.getSourceFile());
}

/** Whether the file imports a module of k6, directly or through other files. */
export function importsK6(file: ts.SourceFile, names: Names): boolean {
  const seen = new Set<ts.SourceFile>();
  const reaches = (from: ts.SourceFile): boolean => {
    if (isVirtual(from)) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return names.importedFiles(from).some(reaches);
  };
  return reaches(file);
}

/**
 * Whether the file uses a blocking function other than by calling it, so that a call elsewhere may run it without
 * naming it.
 */
export function handsOutBlocking(file: ts.SourceFile, known: Knowledge): boolean {
  let found = false;
  visitAll(file, (node) => (found ||= isHandedOut(node, known)));
  return found;
}

function isHandedOut(node: ts.Node, known: Knowledge): boolean {
  if (ts.isMethodDeclaration(node)) return isBody(node) && known.blocks(node);
  if (ts.isShorthandPropertyAssignment(node)) return isShared(known.names.shorthand(node), known);
  if (isFunctionExpression(node)) return known.blocks(node) && !isPlainUse(node, known);
  if (ts.isPropertyAccessExpression(node)) return known.carries(node) && !isPlainUse(node, known);
  if (!ts.isIdentifier(node) || !isReference(node)) return false;
  const declaration = known.names.declarationOf(node);
  if (!isShared(declaration, known)) return false;
  const isAliased =
    isModule(declaration!) && ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name);
  return isAliased || !isPlainUse(node, known);
}

/** Whether a variable, function or module gives access to a blocking function. */
function isShared(declaration: ts.Node | undefined, known: Knowledge): boolean {
  if (!declaration) return false;
  return isModule(declaration) || known.carriesDeclaration(declaration);
}

const isModule = (declaration: ts.Node) => ts.isSourceFile(declaration) || isWholeModule(declaration);

/** Whether the declaration is the default export of a k6 module, which holds all of its functions. */
function isWholeModule(declaration: ts.Node): boolean {
  return (
    isVirtual(declaration.getSourceFile()) &&
    ts.isVariableDeclaration(declaration) &&
    declaration.name.getText() === 'all'
  );
}

/** Whether the identifier reads a variable. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isImportClause(parent) || ts.isImportSpecifier(parent) || ts.isNamespaceImport(parent)) return false;
  if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent) || ts.isNamespaceExport(parent))
    return false;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isPartOfTypeNode(node)) return false;
  return !('name' in parent && parent.name === node);
}

/** Whether the use of a blocking function is one that the analysis follows exactly. */
function isPlainUse(node: ts.Node, known: Knowledge): boolean {
  let child = node;
  while (ts.isParenthesizedExpression(child.parent) || ts.isAsExpression(child.parent)) child = child.parent;
  const { parent } = child;
  if (ts.isPropertyAccessExpression(parent)) {
    const bound = parent.name.text === 'bind' ? parent.parent : undefined;
    return !bound || !ts.isCallExpression(bound) || isPlainUse(bound, known);
  }
  if (ts.isVariableDeclaration(parent)) return ts.isIdentifier(parent.name) || isFixedPattern(parent.name);
  if (ts.isExportAssignment(parent) || ts.isTypeOfExpression(parent)) return true;
  if (ts.isCallExpression(parent)) {
    return parent.expression === child || waitsForCallbacks(parent, known);
  }
  return ts.isPropertyAssignment(parent) && isConditionOfCheck(parent, known);
}

/** `const { get, post } = http` */
function isFixedPattern(pattern: ts.BindingName): boolean {
  if (!ts.isObjectBindingPattern(pattern)) return false;
  return pattern.elements.every(
    ({ dotDotDotToken, propertyName }) =>
      !dotDotDotToken && !(propertyName && ts.isComputedPropertyName(propertyName)),
  );
}

/** Functions of k6 and its libraries that call a function of the script and wait for it. */
const CALLERS = ['group', 'check', 'connect', 'describe'];

function waitsForCallbacks(call: ts.CallExpression, { names }: Knowledge): boolean {
  const callee = unwrap(call.expression);
  if (CALLERS.some((name) => names.isK6(callee, name))) return true;
  const name = accessedName(callee) ?? (ts.isIdentifier(callee) ? callee.text : '');
  return SEQUENTIAL.has(name) || TAKES_ASYNC.has(name);
}

function isConditionOfCheck(property: ts.PropertyAssignment, { names }: Knowledge): boolean {
  const call = property.parent.parent;
  return ts.isCallExpression(call) && names.isK6(unwrap(call.expression), 'check');
}

/** Methods that the language itself calls without awaiting them. */
export const IMPLICIT = new Set(['toString', 'valueOf', 'toJSON', 'then', 'next']);

/** Whether the language itself calls the function, as it calls `[Symbol.iterator]`. */
export function isCalledImplicitly(body: Body): boolean {
  if (IMPLICIT.has(memberName(body) ?? '')) return true;
  const name = 'name' in body ? body.name : undefined;
  return name !== undefined && ts.isComputedPropertyName(name) && name.getText().startsWith('[Symbol.');
}

/**
 * Functions that do not certainly block and whose callers cannot wait: comparators, getters, functions that the
 * init context calls, and what these call.
 */
export function syncOnlyFunctions(files: ts.SourceFile[], known: Knowledge): Set<Body> {
  const found = new Set<Body>();
  const cannotWait = (scope: ReturnType<typeof scopeOf>) =>
    typeof scope === 'string' || (found.has(scope) && !isAsync(scope));
  const calledBy = (node: ts.Node): (Body | undefined)[] => {
    if (isBody(node)) return isNeverAsync(node) ? [node] : [];
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return [];
    const callbacks = (node.arguments ?? []).map((value) => known.names.bodyOf(value));
    const targets = ts.isCallExpression(node) ? known.targets(node) : known.names.constructors(node);
    if (cannotWait(scopeOf(node))) return [...targets, ...callbacks];
    return targets.length === 0 && callsBackAtOnce(node, known) ? callbacks : [];
  };
  const add = (body: Body | undefined) => {
    if (body && !known.blocks(body)) found.add(body);
  };
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const file of files) visitAll(file, (node) => calledBy(node).forEach(add));
  }
  return found;
}

/** Whether the function cannot be made async. */
export function isNeverAsync(body: Body): boolean {
  if (ts.isAccessor(body) || ts.isConstructorDeclaration(body)) return true;
  return (isGenerator(body) && !isAsync(body)) || isCalledImplicitly(body);
}

/** Whether a function that is not of the script calls its callbacks and cannot wait for them. */
function callsBackAtOnce(node: ts.CallExpression | ts.NewExpression, known: Knowledge): boolean {
  if (ts.isCallExpression(node) && waitsForCallbacks(node, known)) return false;
  const callee = unwrap(node.expression);
  const name = accessedName(callee) ?? (ts.isIdentifier(callee) ? callee.text : '');
  return !STORES.has(name);
}
