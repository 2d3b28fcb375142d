import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import ts from 'typescript';
import { LabError } from '../../../model/errors';
import { refusalOf } from '../modules/addresses';
import { declarationOf, k6Module } from '../modules/declarations';
import { errorAt, location } from './refusals';

const OPTIONS: ts.CompilerOptions = {
  allowJs: true,
  checkJs: false,
  noLib: true,
  noCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
  useDefineForClassFields: true,
  sourceMap: true,
  outDir: '/emitted',
};

/** Paths of the declarations of k6 modules, which exist only in memory. */
const VIRTUAL = /^\/k6-modules\/(.*)\.d\.ts$/;
const virtualFile = (module: string) => `/k6-modules/${encodeURIComponent(module)}.d.ts`;

/**
 * Reads a script and everything that it imports.
 * @throws LabError (usage) with file and line of a syntax error or of an import that is not supported.
 */
export function readProgram(path: string): ts.Program {
  const root = resolve(path);
  if (!existsSync(root)) {
    throw new LabError(`no such script: ${root}`, 'usage', 'Name a .js or .ts file.');
  }
  const program = ts.createProgram({ rootNames: [root], options: OPTIONS, host: createHost() });
  for (const file of scriptFiles(program)) {
    const [error] = program.getSyntacticDiagnostics(file);
    if (error) {
      const text = ts.flattenDiagnosticMessageText(error.messageText, ' ');
      throw new LabError(`${location(file, error.start)}: ${text}`, 'usage', 'Fix the script.');
    }
    for (const name of importNames(file)) checkImport(name);
  }
  return program;
}

/** The script's files, without the declarations of k6 modules. */
export function scriptFiles(program: ts.Program): ts.SourceFile[] {
  return program.getSourceFiles().filter((file) => !isVirtual(file));
}

export const isVirtual = (file: ts.SourceFile) => VIRTUAL.test(file.fileName);

/** The k6 module that the file declares. */
export function moduleOf(file: ts.SourceFile): string | undefined {
  const encoded = VIRTUAL.exec(file.fileName)?.[1];
  return encoded === undefined ? undefined : decodeURIComponent(encoded);
}

/** The absolute path of a relative import; undefined for any other import. */
export function resolveLocal(name: string, from: string): string | undefined {
  if (name.startsWith('file://')) return name.slice('file://'.length);
  return /^\.{0,2}\//.test(name) ? resolve(dirname(from), name) : undefined;
}

function createHost(): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  return {
    ...host,
    getSourceFile(fileName, language) {
      const module = VIRTUAL.exec(fileName)?.[1];
      const text = module ? declarationOf(decodeURIComponent(module)) : readText(fileName);
      return text === undefined ? undefined : ts.createSourceFile(fileName, text, language, true);
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const resolvedFileName = k6Module(text) ? virtualFile(k6Module(text)!) : resolveLocal(text, from);
        if (!resolvedFileName || (!VIRTUAL.test(resolvedFileName) && !existsSync(resolvedFileName))) {
          return { resolvedModule: undefined };
        }
        const extension = VIRTUAL.test(resolvedFileName) ? ts.Extension.Dts : extname(resolvedFileName);
        return { resolvedModule: { resolvedFileName, extension } };
      }),
  };
}

function readText(fileName: string): string | undefined {
  return existsSync(fileName) ? readFileSync(fileName, 'utf8') : undefined;
}

function importNames(file: ts.SourceFile): ts.StringLiteral[] {
  return file.statements.flatMap((statement) => {
    const imports = ts.isImportDeclaration(statement) && !statement.importClause?.isTypeOnly;
    const exports = ts.isExportDeclaration(statement) && !statement.isTypeOnly;
    if (!imports && !exports) return [];
    const { moduleSpecifier } = statement;
    return moduleSpecifier && ts.isStringLiteral(moduleSpecifier) ? [moduleSpecifier] : [];
  });
}

const USE_OTHER =
  'Use k6, k6/http, k6/html, k6/ws, k6/websockets, k6/metrics, k6/execution, k6/crypto, k6/encoding, k6/data, ' +
  'k6/timers, libraries of jslib.k6.io, and relative files. Or run the script with k6 (--load k6).';

function checkImport(name: ts.StringLiteral): void {
  if (k6Module(name.text)) return;
  const file = resolveLocal(name.text, name.getSourceFile().fileName);
  if (!file) {
    const { why, hint = USE_OTHER } = refusalOf(name.text);
    throw errorAt(name, `the import '${name.text}' is not supported${why ? `: ${why}` : ''}`, hint);
  }
  if (!existsSync(file)) throw errorAt(name, `no such file: ${file}`, 'Name the file with its extension.');
  if (!['.js', '.mjs', '.ts'].includes(extname(file))) {
    throw errorAt(
      name,
      `only .js, .mjs and .ts can be imported, not '${name.text}'`,
      'Read data with open().',
    );
  }
}
