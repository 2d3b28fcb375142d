import ts from 'typescript';
import { isVirtual, moduleOf } from './program';
import { type Body, isBody, isFunctionExpression, propertyName, unwrap } from './syntax';

/** Finds the declarations of the names in a script. */
export class Names {
  readonly checker: ts.TypeChecker;

  constructor(program: ts.Program) {
    this.checker = program.getTypeChecker();
  }

  /** Whether the identifier is a variable of the script, not a global. */
  isDeclared(identifier: ts.Identifier): boolean {
    const { parent } = identifier;
    const symbol = ts.isShorthandPropertyAssignment(parent)
      ? this.checker.getShorthandAssignmentValueSymbol(parent)
      : this.checker.getSymbolAtLocation(identifier);
    return symbol?.declarations?.some(declaresVariable) ?? false;
  }

  /** The function that the expression is or names. */
  bodyOf(expression: ts.Expression): Body | undefined {
    const node = unwrap(expression);
    if (isFunctionExpression(node)) return node;
    const declaration = this.declarationNamedBy(node);
    if (!declaration) return undefined;
    if (isBody(declaration)) return ts.isAccessor(declaration) ? undefined : declaration;
    const value =
      ts.isVariableDeclaration(declaration) || ts.isExportAssignment(declaration)
        ? initializerOf(declaration)
        : undefined;
    return value && value !== node && isFunctionExpression(unwrap(value)) ? this.bodyOf(value) : undefined;
  }

  /** The declaration of a name, or of a member of an imported module. */
  private declarationNamedBy(node: ts.Expression): ts.Node | undefined {
    if (ts.isIdentifier(node)) return this.declarationOf(node);
    if (!ts.isPropertyAccessExpression(node)) return undefined;
    const module = ts.isIdentifier(node.expression) && this.declarationOf(node.expression);
    return module && ts.isSourceFile(module) ? this.declarationOf(node.name) : undefined;
  }

  declarationOf(name: ts.Identifier | ts.MemberName): ts.Node | undefined {
    const symbol = this.symbolOf(name);
    return symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  }

  /** All declarations of a name. A member of `a ? x : y` has several. */
  declarationsOf(name: ts.Identifier | ts.MemberName): readonly ts.Node[] {
    return this.symbolOf(name)?.declarations ?? [];
  }

  private symbolOf(name: ts.Node): ts.Symbol | undefined {
    return this.target(this.checker.getSymbolAtLocation(name));
  }

  shorthand(node: ts.ShorthandPropertyAssignment): ts.Node | undefined {
    const symbol = this.target(this.checker.getShorthandAssignmentValueSymbol(node));
    return symbol?.valueDeclaration ?? symbol?.declarations?.[0];
  }

  private target(symbol: ts.Symbol | undefined): ts.Symbol | undefined {
    return symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** The files from which a file imports or exports something. */
  importedFiles(file: ts.SourceFile): ts.SourceFile[] {
    return file.statements.flatMap((statement) => {
      const isImport = ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement);
      const specifier = isImport ? statement.moduleSpecifier : undefined;
      const declaration = specifier && this.checker.getSymbolAtLocation(specifier)?.declarations?.[0];
      return declaration && ts.isSourceFile(declaration) ? [declaration] : [];
    });
  }

  /** Whether an import or export names something that its module does not have. */
  isMissing(name: ts.Identifier): boolean {
    const symbol = this.checker.getSymbolAtLocation(name);
    const target = this.target(symbol);
    return symbol !== undefined && symbol !== target && (target?.declarations ?? []).length === 0;
  }

  isK6(callee: ts.Expression, name: string): boolean {
    const node = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    const declaration = ts.isIdentifier(node) ? this.declarationOf(node) : undefined;
    return (
      declaration !== undefined && isVirtual(declaration.getSourceFile()) && exportName(declaration) === name
    );
  }

  /** Whether the expression names a function of k6/http that sends requests and returns their responses. */
  isRequest(callee: ts.Expression): boolean {
    const node = ts.isPropertyAccessExpression(callee) ? callee.name : callee;
    const declaration = ts.isIdentifier(node) ? this.declarationOf(node) : undefined;
    return (
      declaration !== undefined &&
      isBlockingExport(declaration) &&
      moduleOf(declaration.getSourceFile()) === 'k6/http'
    );
  }

  /** The constructors that `new` may run. */
  constructors(node: ts.NewExpression): Body[] {
    const declaration = ts.isIdentifier(node.expression) ? this.declarationOf(node.expression) : undefined;
    if (!declaration || !ts.isClassLike(declaration)) return [];
    return declaration.members.filter(ts.isConstructorDeclaration).filter(isBody);
  }

  /**
   * Whether the script passes the http module around. Then any property named get, post, ... may be a
   * request.
   */
  isEscapingHttp(node: ts.Identifier): boolean {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) || ts.isImportClause(parent) || ts.isImportSpecifier(parent)) {
      return false;
    }
    if (ts.isNamespaceImport(parent) || ts.isBindingElement(parent)) return false;
    return this.wholeModule(node) === 'k6/http';
  }

  /** The k6 module whose default or namespace import the identifier is. */
  wholeModule(node: ts.Identifier): string | undefined {
    const declaration = this.declarationOf(node);
    if (!declaration || !(ts.isSourceFile(declaration) || exportName(declaration) === 'all'))
      return undefined;
    return moduleOf(declaration.getSourceFile());
  }
}

function initializerOf(node: ts.VariableDeclaration | ts.ExportAssignment): ts.Expression | undefined {
  return ts.isExportAssignment(node) ? node.expression : node.initializer;
}

const exportName = (declaration: ts.Node) => propertyName((declaration as ts.VariableDeclaration).name);

/** Whether a declaration in a k6 module has the type `Blocking`, which marks blocking exports. */
export function isBlockingExport(declaration: ts.Node): boolean {
  return isVirtual(declaration.getSourceFile()) && typeText(declaration) === 'Blocking';
}

/** Whether the declaration makes a variable. `globalThis.name = …` and `declare const name` make none. */
export const declaresVariable = (node: ts.Node) => !isAmbient(node) && !isAssignment(node);

const isAssignment = (node: ts.Node) =>
  ts.isExpression(node) && !ts.isFunctionLike(node) && !ts.isClassLike(node);

/** Whether the node is part of a `declare` statement, such as `declare global { … }`. */
const isAmbient = (node: ts.Node) =>
  ts.findAncestor(node, (part) => {
    const modifiers = ts.canHaveModifiers(part) ? ts.getModifiers(part) : undefined;
    return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false;
  }) !== undefined;

const typeText = (declaration: ts.Node) => (declaration as ts.VariableDeclaration).type?.getText();
