import ts from 'typescript';
import { ASYNC } from './claims';
import type { Colouring } from './colouring';
import { isKnownGlobal } from './natives';
import { location } from './refusals';
import { type Body, isAsync, isBody, isGenerator, scopeOf, unwrap } from './syntax';

/** The object through which rewritten code reaches the runtime of its VU. */
export const RUNTIME = '__lab';

/** Makes blocking functions async and awaits their calls. Everything else stays unchanged. */
export function awaitBlocking(colouring: Colouring): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    /** The functions whose body for the init context is being written. */
    const initBodies = new Set<ts.Node>();
    const visit = (node: ts.Node): ts.Node => {
      if (isBody(node) && (colouring.blocking.has(node) || isAsync(node))) return makeAsync(node);
      if (ts.isCallExpression(node) && treatmentOf(node) !== 'none') return rewriteCall(node);
      if (ts.isCallExpression(node) && isPromiseMethod(node)) return claimInCallbacks(node);
      if (ts.isAwaitExpression(node)) return runtime('awaited', ts.visitEachChild(node, visit, context));
      if (isContinuedChain(node)) return continueChain(node);
      if (ts.isShorthandPropertyAssignment(node)) {
        const value = isAssigned(node.parent) ? undefined : globalValue(node.name);
        return value
          ? factory.createPropertyAssignment(node.name, value)
          : ts.visitEachChild(node, visit, context);
      }
      if (ts.isTypeOfExpression(node) && ts.isIdentifier(node.expression))
        return typeOf(node, node.expression);
      if (ts.isIdentifier(node) && isRead(node)) return globalValue(node) ?? node;
      if (ts.isMetaProperty(node) && node.keywordToken === ts.SyntaxKind.ImportKeyword) {
        return runtime('meta', factory.createStringLiteral(node.getSourceFile().fileName));
      }
      return ts.visitEachChild(node, visit, context);
    };

    const property = (name: string) =>
      factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), name);
    const runtime = (name: string, ...values: ts.Expression[]): ts.CallExpression =>
      factory.createCallExpression(property(name), undefined, values);
    const place = (node: ts.Node) =>
      factory.createStringLiteral(location(node.getSourceFile(), node.getStart()));
    const treatmentOf = (call: ts.CallExpression) => {
      const treatment = colouring.treatment(call);
      const scope = scopeOf(call);
      const isInit = typeof scope === 'object' && initBodies.has(scope);
      return isInit && treatment !== 'none' ? 'check' : treatment;
    };

    const awaited = (value: ts.Expression) => runtime('awaited', factory.createAwaitExpression(value));

    const makeAsync = (body: Body): ts.Node => {
      const visited = ts.visitEachChild(body, visit, context) as Body;
      if (isGenerator(body)) return visited;
      if (colouring.hasInitBody(body)) return withInitBody(visited, body);
      const modifiers = [...(visited.modifiers ?? []), ...(isAsync(body) ? [] : asyncModifier())];
      return ts.setTextRange(withParts(factory, visited, modifiers, entered(visited, body)), body);
    };
    const asyncModifier = () => [factory.createModifier(ts.SyntaxKind.AsyncKeyword)];

    /** Writes `{ if (isInit) { …; } return (async () => { … })(); }`. The arrow function has the same `this`. */
    const withInitBody = (visited: Body, original: Body): ts.Node => {
      initBodies.add(original);
      const init = (ts.visitEachChild(original, visit, context) as Body).body!;
      initBodies.delete(original);
      const run = factory.createArrowFunction(
        asyncModifier(),
        undefined,
        [],
        undefined,
        undefined,
        entered(visited, original),
      );
      const started = factory.createCallExpression(factory.createParenthesizedExpression(run), undefined, []);
      const block = factory.createBlock([
        factory.createIfStatement(
          property('isInit'),
          ts.isBlock(init) ? init : factory.createReturnStatement(init),
        ),
        factory.createReturnStatement(started),
      ]);
      return ts.setTextRange(withParts(factory, visited, [...(visited.modifiers ?? [])], block), original);
    };

    /** The function's body, which first tells the runtime that the function was called. */
    const entered = (visited: Body, original: Body): ts.ConciseBody => {
      const where = isAsync(original) ? factory.createStringLiteral(ASYNC) : place(original);
      const enter = runtime('enter', where);
      const body = visited.body!;
      if (!ts.isBlock(body)) {
        return factory.createParenthesizedExpression(factory.createComma(enter, body));
      }
      const statements = [factory.createExpressionStatement(enter), ...body.statements];
      return ts.setTextRange(factory.createBlock(statements, true), body);
    };

    const rewriteCall = (call: ts.CallExpression): ts.Expression => {
      const treatment = treatmentOf(call);
      if (treatment !== 'check' && colouring.sequentialMethod(call) !== undefined) {
        return awaited(oneAfterAnother(call));
      }
      const visited = ts.visitEachChild(call, visit, context);
      const values = [runtime('mark'), visited, place(call)];
      if (treatment === 'check') return runtime('mustNotBlock', ...values);
      if (treatment === 'await') return awaited(runtime('claim', ...values));
      return runtime('kept', factory.createAwaitExpression(runtime('claimIfBlocking', ...values)));
    };

    const oneAfterAnother = (call: ts.CallExpression): ts.Expression => {
      const method = colouring.sequentialMethod(call)!;
      const callee = unwrap(call.expression) as ts.PropertyAccessExpression;
      const values = call.arguments.map((argument) => ts.visitNode(argument, visit) as ts.Expression);
      const array =
        method === 'from' ? values.shift()! : (ts.visitNode(callee.expression, visit) as ts.Expression);
      const options = [
        factory.createStringLiteral(method),
        array,
        factory.createArrayLiteralExpression(values),
      ];
      return ts.setTextRange(runtime('sequentially', ...options), call);
    };

    /** Lets the callbacks of promises claim what they call. */
    const claimInCallbacks = (call: ts.CallExpression): ts.Expression => {
      const visited = ts.visitEachChild(call, visit, context);
      const values = visited.arguments.map((value) =>
        ts.isSpreadElement(value) ? value : runtime('awaitedByPromise', value),
      );
      return ts.isCallChain(visited)
        ? factory.updateCallChain(visited, visited.expression, visited.questionDotToken, undefined, values)
        : factory.updateCallExpression(visited, visited.expression, undefined, values);
    };

    /** Rewrites `a?.b().c` to `(await a?.b())?.c`, because an awaited `a?.b()` is a separate expression. */
    const continueChain = (node: ts.PropertyAccessChain | ts.ElementAccessChain | ts.CallChain): ts.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      const question = factory.createToken(ts.SyntaxKind.QuestionDotToken);
      if (ts.isPropertyAccessExpression(visited)) {
        return factory.createPropertyAccessChain(visited.expression, question, visited.name);
      }
      if (ts.isElementAccessExpression(visited)) {
        return factory.createElementAccessChain(visited.expression, question, visited.argumentExpression);
      }
      return factory.createCallChain(visited.expression, question, undefined, visited.arguments);
    };

    const isContinuedChain = (node: ts.Node): node is ts.PropertyAccessChain => {
      if (!ts.isOptionalChain(node) || ts.isNonNullExpression(node) || node.questionDotToken) return false;
      return ts.isCallExpression(node.expression) && treatmentOf(node.expression) !== 'none';
    };

    /** A global that k6 does not define, or has only sometimes. The script may define it. */
    const isSpecial = (node: ts.Identifier): boolean =>
      (node.text === '__ITER' || !(isKnownGlobal(node.text) || node.text === 'arguments')) &&
      !colouring.names.isDeclared(node);
    const globalValue = (node: ts.Identifier): ts.Expression | undefined => {
      if (!isSpecial(node)) return undefined;
      return node.text === '__ITER'
        ? property('iteration')
        : runtime('global', factory.createStringLiteral(node.text));
    };
    const typeOf = (node: ts.TypeOfExpression, name: ts.Identifier): ts.Expression => {
      if (!isSpecial(name)) return node;
      return name.text === '__ITER'
        ? property('iterationType')
        : runtime('typeOfGlobal', factory.createStringLiteral(name.text));
    };

    return ts.visitNode(file, visit) as ts.SourceFile;
  };
}

/** `promise.then(f)`, where f may block */
function isPromiseMethod({ expression, arguments: values }: ts.CallExpression): boolean {
  const callee = unwrap(expression);
  if (!ts.isPropertyAccessExpression(callee) || values.length === 0) return false;
  return ['then', 'catch', 'finally'].includes(callee.name.text);
}

/** Whether the identifier reads a variable, and does not name a property, a label or a declaration. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isBindingElement(parent) && parent.propertyName === node) return false;
  if (ts.isExportSpecifier(parent) || ts.isImportSpecifier(parent) || ts.isPartOfTypeNode(node)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent)) return false;
  if (isAssigned(node)) return false;
  return !('name' in parent && parent.name === node) && !ts.isTypeNode(parent);
}

/** Whether the expression is assigned to, also as a part of a pattern such as `[a, { b: c }] = d`. */
function isAssigned(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node && isAssignment(parent);
  if (ts.isPostfixUnaryExpression(parent)) return true;
  if (ts.isPrefixUnaryExpression(parent)) return STEPS.includes(parent.operator);
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.initializer === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node && isAssigned(parent.parent);
  if (ts.isShorthandPropertyAssignment(parent)) return isAssigned(parent.parent);
  const isPart =
    ts.isArrayLiteralExpression(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent);
  return isPart && isAssigned(ts.isSpreadAssignment(parent) ? parent.parent : parent);
}

const STEPS = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken];
const isAssignment = ({ operatorToken: { kind } }: ts.BinaryExpression) =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

function withParts(
  factory: ts.NodeFactory,
  body: Body,
  modifiers: ts.ModifierLike[],
  content: ts.ConciseBody,
): ts.Node {
  const { parameters, type } = body;
  const block = content as ts.Block;
  const types = body.typeParameters;
  if (ts.isFunctionDeclaration(body)) {
    const { asteriskToken, name } = body;
    return factory.updateFunctionDeclaration(
      body,
      modifiers,
      asteriskToken,
      name,
      types,
      parameters,
      type,
      block,
    );
  }
  if (ts.isFunctionExpression(body)) {
    const only = modifiers.filter(ts.isModifier);
    const { asteriskToken, name } = body;
    return factory.updateFunctionExpression(body, only, asteriskToken, name, types, parameters, type, block);
  }
  if (ts.isArrowFunction(body)) {
    const only = modifiers.filter(ts.isModifier);
    const arrow = body.equalsGreaterThanToken;
    return factory.updateArrowFunction(body, only, types, parameters, type, arrow, content);
  }
  if (ts.isMethodDeclaration(body)) {
    const { asteriskToken, name, questionToken } = body;
    return factory.updateMethodDeclaration(
      body,
      modifiers,
      asteriskToken,
      name,
      questionToken,
      types,
      parameters,
      type,
      block,
    );
  }
  return body;
}
