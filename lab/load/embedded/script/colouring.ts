import ts from 'typescript';
import { blockingMethodsOf, K6_MODULES } from '../modules/declarations';
import { handsOutBlocking, importsK6, isNeverAsync, isUnknownCallee, syncOnlyFunctions } from './doubt';
import { initFunctions } from './init-context';
import { isBlockingExport, Names } from './names';
import { SEQUENTIAL, STORES } from './natives';
import { isVirtual, scriptFiles } from './program';
import {
  accessedName,
  type Body,
  isAsync,
  isBody,
  isChoice,
  isFunctionExpression,
  isGlobal,
  isReflective,
  memberName,
  propertyName,
  scopeOf,
  unwrap,
  visitAll,
} from './syntax';

/**
 * Finds the functions of a script that block, by fixed-point iteration: a function blocks when it calls
 * something that blocks.
 *
 * The analysis ignores the order of statements. A variable, parameter or property carries a blocking function
 * when any of its assignments, arguments or initializers does. Properties are distinguished only by name. An
 * unnecessary await costs one turn of the microtask queue and changes nothing else.
 */
export class Colouring {
  readonly names: Names;
  /** Functions that must become async. */
  readonly blocking = new Set<Body>();
  private readonly carriers = new Set<ts.Node>();
  private readonly properties = new Set<string>();
  private readonly returning = new Set<Body>();
  private readonly init: ReadonlySet<Body>;
  private readonly members = new Map<string, Body[]>();
  private readonly files: ts.SourceFile[];
  /** Functions that cannot wait. Known once the colouring also covers doubtful calls. */
  private syncOnly: ReadonlySet<Body> = new Set();
  private libraries: ReadonlySet<ts.SourceFile> = new Set();
  private coversDoubt = false;
  private changed = true;

  constructor(program: ts.Program) {
    this.names = new Names(program);
    this.files = scriptFiles(program);
    for (const file of this.files) visitAll(file, (node) => this.collect(node));
    this.init = initFunctions(this.files, this);
    this.iterate();
  }

  /** Whether the function blocks, but the init context calls it, too. */
  hasInitBody(body: Body): boolean {
    return this.blocks(body) && this.init.has(body) && !isNeverAsync(body);
  }

  /**
   * Goes on with the calls of functions that are not known. From now on, they are awaited wherever the code can
   * wait. Nothing changes, and the result is false, in a script that hands no blocking function around.
   */
  coverDoubt(): boolean {
    if (!this.files.some((file) => handsOutBlocking(file, this))) return false;
    this.syncOnly = syncOnlyFunctions(this.files, this);
    this.libraries = new Set(this.files.filter((file) => !importsK6(file, this.names)));
    this.coversDoubt = true;
    this.changed = true;
    this.iterate();
    return true;
  }

  private iterate(): void {
    while (this.changed) {
      this.changed = false;
      for (const file of this.files) visitAll(file, (node) => this.visit(node));
    }
  }

  /** How the call is to be rewritten. In code that cannot wait, it is checked when it runs. */
  treatment(call: ts.CallExpression): 'await' | 'await if blocking' | 'check' | 'none' {
    const certain = this.isBlocking(call);
    if (!certain && !this.isDoubtful(call)) return 'none';
    if (!this.suspends(call)) return 'check';
    return this.isCertain(call) ? 'await' : 'await if blocking';
  }

  private canWait(scope: ReturnType<typeof scopeOf>): boolean {
    if (typeof scope !== 'object') return false;
    return isAsync(scope) || !this.syncOnly.has(scope);
  }

  /** Whether the call is awaited. The doubtful calls of a library, which knows nothing of k6, are only checked. */
  private suspends(call: ts.CallExpression): boolean {
    const scope = scopeOf(call);
    if (typeof scope === 'object' && isNeverAsync(scope) && !this.isCertain(call)) return false;
    const isAwaited =
      this.isBlocking(call) || (this.isDoubtful(call) && !this.libraries.has(call.getSourceFile()));
    return isAwaited && this.canWait(scope);
  }

  private isDoubtful(call: ts.CallExpression): boolean {
    if (!this.coversDoubt) return false;
    const callee = unwrap(call.expression);
    return this.names.isK6(callee, 'check') || isUnknownCallee(callee, this);
  }

  /** Whether the call names a certain function, which blocks. */
  isCertain(call: ts.CallExpression): boolean {
    const callee = unwrap(call.expression);
    const body = this.names.bodyOf(callee);
    if (body) return this.blocks(body) && !this.isReassigned(callee);
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    const declaration = ts.isIdentifier(name) ? this.names.declarationOf(name) : undefined;
    return declaration !== undefined && isBlockingExport(declaration);
  }

  private isReassigned(callee: ts.Expression): boolean {
    const declaration = ts.isIdentifier(callee) ? this.names.declarationOf(callee) : undefined;
    return declaration !== undefined && ts.isVariableDeclaration(declaration) && !isConst(declaration);
  }

  /** The functions of the script that are members of that name. */
  membersNamed(name: string): readonly Body[] {
    return this.members.get(name) ?? [];
  }

  /** Whether the call suspends the VU. */
  isBlocking(call: ts.CallExpression): boolean {
    const callee = unwrap(call.expression);
    if (this.namesBlocking(callee) || this.sequentialMethod(call) !== undefined) return true;
    if (this.names.isK6(callee, 'check')) return call.arguments.some((argument) => this.carries(argument));
    return isReflective(callee) && this.carries(callee.expression);
  }

  /** The array method that this call runs with a blocking callback; 'from' for Array.from. */
  sequentialMethod(call: ts.CallExpression): string | undefined {
    const callee = unwrap(call.expression);
    if (!ts.isPropertyAccessExpression(callee)) return undefined;
    const name = callee.name.text;
    if (name === 'from' && isGlobal(callee.expression, 'Array')) {
      return call.arguments[1] && this.carries(call.arguments[1]) ? name : undefined;
    }
    const callback = call.arguments[0];
    if (!SEQUENTIAL.has(name) || !callback) return undefined;
    return this.carries(callback) || (this.coversDoubt && this.isVariable(callback)) ? name : undefined;
  }

  /** Whether the expression is a variable or parameter whose function is not known. */
  private isVariable(expression: ts.Expression): boolean {
    return ts.isIdentifier(expression) && isUnknownCallee(expression, this);
  }

  private collect(node: ts.Node): void {
    if (isBody(node)) {
      const name = memberName(node);
      if (name !== undefined) this.members.set(name, [...(this.members.get(name) ?? []), node]);
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      for (const name of blockingMethodsOf(node.moduleSpecifier.text)) this.addProperty(name);
    }
    if (ts.isIdentifier(node) && this.names.isEscapingHttp(node)) {
      for (const name of K6_MODULES['k6/http']!.blocking!) this.addProperty(name);
    }
  }

  private visit(node: ts.Node): void {
    if (ts.isCallExpression(node)) this.visitCall(node);
    else if (ts.isNewExpression(node))
      this.bindArguments(this.names.constructors(node), node.arguments ?? []);
    else if (ts.isVariableDeclaration(node)) this.bind(node, node.initializer);
    else if (ts.isParameter(node)) this.bind(node, node.initializer);
    else if (ts.isBinaryExpression(node)) this.visitAssignment(node);
    else if (ts.isForOfStatement(node)) this.visitForOf(node);
    else if (ts.isReturnStatement(node)) this.visitReturn(node, node.expression);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) this.visitReturn(node.body, node.body);
    else this.visitMember(node);
  }

  private visitCall(call: ts.CallExpression): void {
    if (this.suspends(call)) {
      const scope = scopeOf(call);
      if (typeof scope === 'object') this.add(this.blocking, scope);
    }
    this.bindArguments(this.targets(call), call.arguments);
    const callee = unwrap(call.expression);
    const callback = call.arguments[0] && this.names.bodyOf(call.arguments[0]);
    this.visitStore(callee, call.arguments);
    const iterates = ts.isPropertyAccessExpression(callee) && SEQUENTIAL.has(callee.name.text);
    if (iterates && callback && this.carries(callee.expression)) {
      for (const parameter of callback.parameters) this.carry(parameter.name);
    }
  }

  /** `steps.push(f)`, `steps.set('a', f)`, `Object.assign(steps, { f })` */
  private visitStore(callee: ts.Expression, values: readonly ts.Expression[]): void {
    if (!ts.isPropertyAccessExpression(callee) || !STORES.has(callee.name.text)) return;
    if (!values.some((value) => this.carries(value))) return;
    this.carryExpression(callee.expression);
    if (isGlobal(callee.expression, 'Object') && values[0]) this.carryExpression(values[0]);
  }

  private visitAssignment(node: ts.BinaryExpression): void {
    const assigns = node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment;
    if (!assigns || node.operatorToken.kind > ts.SyntaxKind.LastAssignment || !this.carries(node.right))
      return;
    const target = unwrap(node.left);
    const isOpen = ts.isElementAccessExpression(target) && accessedName(target) === undefined;
    this.carryExpression(isOpen ? target.expression : target);
  }

  private visitForOf(node: ts.ForOfStatement): void {
    if (!ts.isVariableDeclarationList(node.initializer) || !this.carries(node.expression)) return;
    for (const { name } of node.initializer.declarations) this.carry(name);
  }

  private visitReturn(node: ts.Node, value: ts.Expression | undefined): void {
    const scope = scopeOf(node);
    if (value && typeof scope === 'object' && this.carries(value)) this.add(this.returning, scope);
  }

  private visitMember(node: ts.Node): void {
    const carries =
      (ts.isMethodDeclaration(node) && this.blocks(node)) ||
      ((ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) &&
        node.initializer &&
        this.carries(node.initializer)) ||
      (ts.isShorthandPropertyAssignment(node) && this.carriesDeclaration(this.names.shorthand(node)));
    if (!carries) return;
    const name = propertyName((node as ts.PropertyAssignment).name);
    if (name !== undefined) this.addProperty(name);
  }

  /** Whether the expression's value may be or contain a blocking function. */
  carries(expression: ts.Expression): boolean {
    const node = unwrap(expression);
    if (isFunctionExpression(node)) return this.blocks(node);
    if (ts.isIdentifier(node)) {
      return this.carriesDeclaration(this.names.declarationOf(node)) || this.isHttp(node);
    }
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      return this.namesBlocking(node) || (this.coversDoubt && this.isPart(node));
    }
    if (ts.isConditionalExpression(node)) return this.carries(node.whenTrue) || this.carries(node.whenFalse);
    if (ts.isBinaryExpression(node))
      return isChoice(node) && [node.left, node.right].some((e) => this.carries(e));
    if (ts.isAwaitExpression(node) || ts.isSpreadElement(node)) return this.carries(node.expression);
    if (ts.isArrayLiteralExpression(node)) return node.elements.some((element) => this.carries(element));
    if (ts.isObjectLiteralExpression(node)) return node.properties.some((property) => this.holds(property));
    if (ts.isCallExpression(node)) return this.returns(node);
    if (ts.isNewExpression(node)) return this.constructsCarrier(node);
    return node.kind === ts.SyntaxKind.ThisKeyword && this.properties.has(INSTANCES);
  }

  /** Whether the callee is a carrier. A property of a carrier is one only if a blocking property has its name. */
  private namesBlocking(callee: ts.Expression): boolean {
    if (ts.isPropertyAccessExpression(callee)) return this.carriesProperty(callee);
    if (!ts.isElementAccessExpression(callee)) return this.carries(callee);
    const name = accessedName(callee);
    return name !== undefined ? this.properties.has(name) : this.carries(callee.expression);
  }

  /** Whether the expression is a property of a carrier, which may be the blocking function in it. */
  private isPart(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
    const name = ts.isPropertyAccessExpression(node) ? node.name : undefined;
    const declaration = name && this.names.declarationOf(name);
    return !(declaration && isVirtual(declaration.getSourceFile())) && this.carries(node.expression);
  }

  private constructsCarrier(node: ts.NewExpression): boolean {
    const name = node.expression;
    const declaration = ts.isIdentifier(name) ? this.names.declarationOf(name) : undefined;
    const isOwn = declaration !== undefined && !isVirtual(declaration.getSourceFile());
    if (isOwn && this.properties.has(INSTANCES)) return true;
    return (node.arguments ?? []).some((value) => this.carries(value));
  }

  private isHttp(node: ts.Identifier): boolean {
    return this.names.wholeModule(node) === 'k6/http';
  }

  private holds(property: ts.ObjectLiteralElementLike): boolean {
    if (ts.isPropertyAssignment(property)) return this.carries(property.initializer);
    if (ts.isShorthandPropertyAssignment(property))
      return this.carriesDeclaration(this.names.shorthand(property));
    if (ts.isSpreadAssignment(property)) return this.carries(property.expression);
    return isBody(property) && this.blocks(property);
  }

  /**
   * Whether a call may return a blocking function: a function of the script returns one, or it picks from a
   * carrier.
   */
  private returns(call: ts.CallExpression): boolean {
    const targets = this.targets(call);
    if (targets.length > 0) return targets.some((target) => this.returning.has(target));
    const callee = unwrap(call.expression);
    if (this.names.isRequest(callee)) return false;
    const receiver = ts.isPropertyAccessExpression(callee) && this.carries(callee.expression);
    return receiver || call.arguments.some((argument) => this.yields(argument));
  }

  /** Whether the argument of a function that is not known may make its result a carrier. */
  private yields(argument: ts.Expression): boolean {
    const body = this.names.bodyOf(argument);
    return body ? this.returning.has(body) : this.carries(argument);
  }

  private carriesProperty(node: ts.PropertyAccessExpression): boolean {
    const declarations = this.names.declarationsOf(node.name);
    const [first] = declarations;
    if (first && isVirtual(first.getSourceFile())) return isBlockingExport(first);
    return (
      this.properties.has(node.name.text) ||
      declarations.some((declaration) => this.carriesDeclaration(declaration))
    );
  }

  carriesDeclaration(declaration: ts.Node | undefined): boolean {
    if (!declaration) return false;
    if (isVirtual(declaration.getSourceFile())) return isBlockingExport(declaration);
    if (isBody(declaration)) return this.blocks(declaration);
    if (ts.isExportAssignment(declaration)) return this.carries(declaration.expression);
    return this.carriers.has(declaration);
  }

  /** The script's own async functions are not awaited: as in k6, the caller gets a promise. */
  readonly blocks = (body: Body) => this.blocking.has(body) && !isAsync(body);

  private bind(
    node: ts.VariableDeclaration | ts.ParameterDeclaration,
    value: ts.Expression | undefined,
  ): void {
    if (!value) return;
    if (this.carries(value)) this.carry(node.name);
    if (ts.isObjectBindingPattern(node.name)) this.bindProperties(node.name, value);
  }

  /** `const { get } = http` */
  private bindProperties(pattern: ts.ObjectBindingPattern, value: ts.Expression): void {
    const type = this.names.checker.getTypeAtLocation(value);
    for (const element of pattern.elements) {
      const name = propertyName(element.propertyName ?? element.name);
      const declaration = name === undefined ? undefined : type.getProperty(name)?.declarations?.[0];
      const blocks = declaration && isVirtual(declaration.getSourceFile()) && isBlockingExport(declaration);
      const isOpen = name === undefined && this.carries(value);
      if (blocks || isOpen || (name !== undefined && this.properties.has(name))) this.carry(element.name);
    }
  }

  private bindArguments(targets: Body[], values: readonly ts.Expression[]): void {
    values.forEach((value, index) => {
      if (!this.carries(value)) return;
      for (const { parameters } of targets) {
        const parameter = parameters[index] ?? parameters.at(-1);
        if (parameter) this.carry(parameter.name);
      }
    });
  }

  private carryExpression(expression: ts.Expression): void {
    const node = unwrap(expression);
    const name = node.kind === ts.SyntaxKind.ThisKeyword ? INSTANCES : accessedName(node);
    if (name !== undefined) this.addProperty(name);
    if (!ts.isIdentifier(node)) return;
    const declaration = this.names.declarationOf(node);
    if (declaration) this.add(this.carriers, declaration);
  }

  private carry(name: ts.BindingName): void {
    if (ts.isIdentifier(name)) this.add(this.carriers, name.parent);
    else for (const element of name.elements) if (ts.isBindingElement(element)) this.carry(element.name);
  }

  /** Functions of the script that the call may run, judged by their names. */
  targets(call: ts.CallExpression): Body[] {
    const callee = unwrap(call.expression);
    const body = this.names.bodyOf(callee);
    if (body) return [body];
    const name = accessedName(callee);
    return (name !== undefined && this.members.get(name)) || [];
  }

  private addProperty(name: string): void {
    this.add(this.properties, name);
  }

  private add<T>(set: Set<T>, value: T): void {
    if (set.has(value)) return;
    set.add(value);
    this.changed = true;
  }
}

/** Stands for the instances of the script's classes, after `this[name] = f` or `Class.prototype[name] = f`. */
const INSTANCES = 'prototype';

const isConst = (node: ts.VariableDeclaration) => (ts.getCombinedNodeFlags(node) & ts.NodeFlags.Const) !== 0;
