import ts from 'typescript';
import type { Colouring } from './colouring';
import { type Body, isAsync, isBody, unwrap } from './syntax';

/** The object through which rewritten code reaches the runtime of its VU. */
export const RUNTIME = '__lab';

/** Makes blocking functions async and awaits their calls. Everything else stays unchanged. */
export function awaitBlocking(colouring: Colouring): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      if (isBody(node) && colouring.blocking.has(node)) return makeAsync(node);
      if (ts.isCallExpression(node) && colouring.isBlocking(node)) return awaited(rewriteCall(node));
      if (isContinuedChain(node)) return continueChain(node);
      if (ts.isShorthandPropertyAssignment(node) && isIteration(node.name)) {
        return factory.createPropertyAssignment(node.name, iteration());
      }
      if (ts.isIdentifier(node) && isIteration(node) && isRead(node)) return iteration();
      return ts.visitEachChild(node, visit, context);
    };

    const awaited = (call: ts.Expression) =>
      factory.createParenthesizedExpression(factory.createAwaitExpression(call));

    const makeAsync = (body: Body): ts.Node => {
      const visited = ts.visitEachChild(body, visit, context);
      if (isAsync(body)) return visited;
      const modifiers = [...(visited.modifiers ?? []), factory.createModifier(ts.SyntaxKind.AsyncKeyword)];
      return ts.setTextRange(withModifiers(factory, visited, modifiers), body);
    };

    const rewriteCall = (call: ts.CallExpression): ts.Expression => {
      const method = colouring.sequentialMethod(call);
      if (method === undefined) return ts.visitEachChild(call, visit, context);
      const callee = unwrap(call.expression) as ts.PropertyAccessExpression;
      const values = call.arguments.map((argument) => ts.visitNode(argument, visit) as ts.Expression);
      const helper = factory.createPropertyAccessExpression(
        factory.createIdentifier(RUNTIME),
        'sequentially',
      );
      const array =
        method === 'from' ? values.shift()! : (ts.visitNode(callee.expression, visit) as ts.Expression);
      const options = [
        factory.createStringLiteral(method),
        array,
        factory.createArrayLiteralExpression(values),
      ];
      return ts.setTextRange(factory.createCallExpression(helper, undefined, options), call);
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
      return ts.isCallExpression(node.expression) && colouring.isBlocking(node.expression);
    };

    const isIteration = (node: ts.Identifier) => node.text === '__ITER' && !colouring.names.isDeclared(node);
    const iteration = () =>
      factory.createPropertyAccessExpression(factory.createIdentifier(RUNTIME), 'iteration');

    return ts.visitNode(file, visit) as ts.SourceFile;
  };
}

/** Whether the identifier reads a variable, and does not name a property or a declaration. */
function isRead(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !('name' in parent && parent.name === node) && !ts.isTypeNode(parent);
}

function withModifiers(factory: ts.NodeFactory, body: Body, modifiers: ts.ModifierLike[]): ts.Node {
  const { parameters, type, body: block } = body;
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
      body.body,
    );
  }
  if (ts.isFunctionExpression(body)) {
    const only = modifiers.filter(ts.isModifier);
    const { asteriskToken, name } = body;
    return factory.updateFunctionExpression(
      body,
      only,
      asteriskToken,
      name,
      types,
      parameters,
      type,
      body.body,
    );
  }
  if (ts.isArrowFunction(body)) {
    const only = modifiers.filter(ts.isModifier);
    const arrow = body.equalsGreaterThanToken;
    return factory.updateArrowFunction(body, only, types, parameters, type, arrow, body.body);
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
      block as ts.Block,
    );
  }
  return body;
}
