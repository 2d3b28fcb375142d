import ts from 'typescript';

/** A function with a body. It can become async or must be refused. */
export type Body =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.AccessorDeclaration
  | ts.ConstructorDeclaration;

export function isBody(node: ts.Node): node is Body {
  return ts.isFunctionLike(node) && 'body' in node && node.body !== undefined;
}

export const isAsync = (body: Body) =>
  body.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.AsyncKeyword) ?? false;

export const isGenerator = (body: Body) => 'asteriskToken' in body && body.asteriskToken !== undefined;

/** The expression without wrappers that do not change its value: parentheses, type assertions, `!`. */
export function unwrap(node: ts.Expression): ts.Expression {
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}

export function isFunctionExpression(node: ts.Node): node is ts.FunctionExpression | ts.ArrowFunction {
  return ts.isFunctionExpression(node) || ts.isArrowFunction(node);
}

/** The text of a fixed property name; undefined for a computed one. */
export function propertyName(name: ts.Node | undefined): string | undefined {
  if (!name) return undefined;
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)
    ? name.text
    : undefined;
}

/** The property name in `object.name` or `object['name']`. */
export function accessedName(node: ts.Expression): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (!ts.isElementAccessExpression(node) || !ts.isStringLiteralLike(node.argumentExpression))
    return undefined;
  return node.argumentExpression.text;
}

/** The name under which a function becomes a property, as in `{ name() {} }`, `{ name: f }`, `x.name = f`. */
export function memberName(body: Body): string | undefined {
  if (ts.isMethodDeclaration(body) || ts.isAccessor(body)) return propertyName(body.name);
  const { parent } = body;
  if (ts.isPropertyAssignment(parent) || ts.isPropertyDeclaration(parent)) return propertyName(parent.name);
  if (ts.isBinaryExpression(parent) && parent.right === body) return accessedName(parent.left);
  return undefined;
}

const INITIALIZERS = [
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.PropertyDeclaration,
  ts.SyntaxKind.ClassStaticBlockDeclaration,
  ts.SyntaxKind.Decorator,
];

/**
 * Where a node runs: in a function body, in an initializer (where await is not allowed) or at module level.
 */
export function scopeOf(node: ts.Node): Body | 'initializer' | 'module' {
  for (let child = node, parent = node.parent; parent; child = parent, parent = parent.parent) {
    if (INITIALIZERS.includes(parent.kind) && !isName(parent, child)) return 'initializer';
    if (isBody(parent) && child === parent.body) return parent;
  }
  return 'module';
}

const isName = (parent: ts.Node, child: ts.Node) => (parent as ts.ParameterDeclaration).name === child;

export function visitAll(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => visitAll(child, visit));
}

/** Whether the expression is a bare name. */
export function isGlobal(node: ts.Expression, name: string): node is ts.Identifier {
  return ts.isIdentifier(node) && node.text === name;
}

/** `f.call(…)` and `f.apply(…)` */
export function isReflective(callee: ts.Expression): callee is ts.PropertyAccessExpression {
  return ts.isPropertyAccessExpression(callee) && ['call', 'apply'].includes(callee.name.text);
}

const CHOICES = [
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.EqualsToken,
];

/** Whether the value of the expression is one of its operands: `a || b`, `a = b`. */
export const isChoice = (node: ts.BinaryExpression) => CHOICES.includes(node.operatorToken.kind);
