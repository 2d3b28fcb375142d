import { SourceMap } from 'node:module';
import { compileFunction } from 'node:vm';
import ts from 'typescript';
import { LabError } from '../../../model/errors';
import { k6Module } from '../modules/declarations';
import { Colouring } from './colouring';
import { declaresVariable } from './names';
import { readProgram, resolveLocal, scriptFiles } from './program';
import { checkFile } from './restrictions';
import { awaitBlocking, RUNTIME } from './rewrite';
import { isAsync, isBody, visitAll } from './syntax';

/** Globals of a script: those of k6, and those of Node that k6 lacks and that scripts must not see. */
const K6_GLOBALS = ['__ENV', '__VU', 'open', 'console', 'globalThis', 'global', 'Math', 'crypto', 'GoError'];
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
const GLOBALS = [...K6_GLOBALS, ...TIMERS];

export type Globals = Record<string, unknown>;
export type ModuleExports = Record<string, unknown>;

/** A script and its local imports, ready for evaluation once per VU. */
export interface Compiled {
  readonly path: string;
  /** Whether the script has its own async functions, so that two of its tasks may block at the same time. */
  readonly hasTasks: boolean;
  /** Whether the script hands blocking functions around, so that calls may run them without naming them. */
  readonly handsOutBlocking: boolean;
  /**
   * Evaluates a new instance of all modules.
   * @param library returns a k6 module by its name in K6_MODULES.
   * @param onModule is told which file is evaluated from now on.
   */
  evaluate(
    globals: Globals,
    library: (name: string) => unknown,
    onModule: (file: string) => void,
  ): ModuleExports;
  /** The script's frames in a stack trace, with positions in the original files. */
  frames(stack: string): Frame[];
}

export interface Frame {
  name: string;
  /** "file:line:column" */
  location: string;
}

interface Unit {
  /** The names of what `run` takes. */
  parameters: string[];
  run: (...values: unknown[]) => void;
  map: SourceMap;
}

/** @throws LabError (usage) with file, line and column of what is not supported. */
export function compile(path: string): Compiled {
  try {
    return compiled(path);
  } catch (error) {
    // The compiler and the transform are recursive, so deep nesting overflows the stack.
    if (!(error instanceof RangeError)) throw error;
    throw new LabError(
      `${path} is nested too deeply to be read`,
      'usage',
      'Split its longest expression into several statements.',
    );
  }
}

function compiled(path: string): Compiled {
  const program = readProgram(path);
  const files = scriptFiles(program);
  const main = program.getSourceFile(program.getRootFileNames()[0]!)!;
  const colouring = new Colouring(program);
  for (const file of files) checkFile(file, colouring);
  const handsOutBlocking = colouring.coverDoubt();
  const units = emit(program, colouring);
  return {
    path: main.fileName,
    hasTasks: files.some(hasTasks),
    handsOutBlocking,
    evaluate: (...context) => evaluate(units, main.fileName, ...context),
    frames: (stack) => frames(units, stack),
  };
}

function emit(program: ts.Program, colouring: Colouring): Map<string, Unit> {
  const texts = new Map<string, { code: string; map: string }>();
  const collect: ts.WriteFileCallback = (name, text, _mark, _error, sources) => {
    const file = sources![0]!.fileName;
    const unit = texts.get(file) ?? { code: '', map: '' };
    texts.set(file, name.endsWith('.map') ? { ...unit, map: text } : { ...unit, code: text });
  };
  program.emit(undefined, collect, undefined, false, { before: [awaitBlocking(colouring)] });
  const entries = [...texts].map(([file, { code, map }]): [string, Unit] => {
    const parameters = parametersOf(program.getSourceFile(file)!, program.getTypeChecker());
    const run = compileFunction(code, parameters, { filename: file }) as Unit['run'];
    return [file, { parameters, run, map: new SourceMap(JSON.parse(map)) }];
  });
  return new Map(entries);
}

/** A file may declare variables with the names of globals. */
function parametersOf(file: ts.SourceFile, checker: ts.TypeChecker): string[] {
  const own = checker
    .getSymbolsInScope(file, ts.SymbolFlags.Value)
    .filter(({ declarations }) =>
      declarations?.some((node) => node.getSourceFile() === file && declaresVariable(node)),
    );
  const declared = new Set(own.map(({ name }) => name));
  const module = ts.isExternalModule(file) ? [] : ['module'];
  return ['exports', 'require', ...module, RUNTIME, ...GLOBALS.filter((name) => !declared.has(name))];
}

function evaluate(
  units: Map<string, Unit>,
  main: string,
  globals: Globals,
  library: (name: string) => unknown,
  onModule: (file: string) => void,
): ModuleExports {
  const loaded = new Map<string, { exports: ModuleExports }>();
  const load = (file: string): ModuleExports => {
    const known = loaded.get(file);
    if (known) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const require = (name: string) => {
      const k6 = k6Module(name);
      if (k6) return library(k6);
      const exports = load(resolveLocal(name, file)!);
      onModule(file);
      return exports;
    };
    onModule(file);
    const values: Globals = { ...globals, exports: module.exports, module, require };
    const { run, parameters } = units.get(file)!;
    run(...parameters.map((name) => values[name]));
    return module.exports;
  };
  const exports = load(main);
  if (Object.keys(exports).length === 0) {
    throw new LabError(`${main} exports nothing`, 'usage', 'Export a default function, as k6 scripts do.');
  }
  return exports;
}

const FRAME = /^\s*at (?:async )?(?:(.*?) \()?(?:file:\/\/)?(.*?):(\d+):(\d+)\)?$/;

function frames(units: Map<string, Unit>, stack: string): Frame[] {
  return stack.split('\n').flatMap((text) => {
    const [, name = '<anonymous>', file = '', line, column] = FRAME.exec(text) ?? [];
    const unit = units.get(file);
    if (!unit) return [];
    const entry = unit.map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalLine' in entry)) return [];
    return [{ name, location: `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}` }];
  });
}

/** Names whose use creates tasks beside the main function. */
const TASKS = new Set(['setTimeout', 'setInterval', 'asyncRequest', 'then', 'WebSocket']);

function hasTasks(file: ts.SourceFile): boolean {
  let found = false;
  visitAll(file, (node) => {
    found ||= (isBody(node) && isAsync(node)) || (ts.isIdentifier(node) && TASKS.has(node.text));
  });
  return found;
}
