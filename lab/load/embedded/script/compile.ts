import { SourceMap } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import ts from 'typescript';
import { LabError } from '../../../model/errors';
import { k6Module } from '../modules/declarations';
import { Colouring } from './colouring';
import { readProgram, resolveLocal, scriptFiles } from './program';
import { checkFile } from './restrictions';
import { awaitBlocking, RUNTIME } from './rewrite';
import { isAsync, isBody, visitAll } from './syntax';

/** Globals of a script: k6's own, and those of Node that k6 does not have and that must not be found. */
const K6_GLOBALS = ['__ENV', '__VU', 'open', 'console', 'globalThis', 'Math'];
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'];
const ABSENT = ['process', 'Buffer', 'global', 'fetch', 'setImmediate', 'clearImmediate'];
const PARAMETERS = ['exports', 'require', RUNTIME, ...K6_GLOBALS, ...TIMERS, ...ABSENT];

export type Globals = Record<string, unknown>;
export type ModuleExports = Record<string, unknown>;

/** A script and its local imports, ready to be evaluated once per VU. */
export interface Compiled {
  readonly path: string;
  readonly directory: string;
  /** Whether the script has async functions of its own, so that two of its tasks may block at once. */
  readonly hasTasks: boolean;
  /**
   * Evaluates a fresh instance of all modules.
   * @param library gives a k6 module by its name in K6_MODULES.
   */
  evaluate(globals: Globals, library: (name: string) => unknown): ModuleExports;
  /** The script's frames of a stack trace, at their places in the original files. */
  frames(stack: string): Frame[];
}

export interface Frame {
  name: string;
  /** "file:line:column" */
  location: string;
}

interface Unit {
  run: (...values: unknown[]) => void;
  map: SourceMap;
}

/** @throws LabError (usage) naming file, line and column of what cannot be carried over. */
export function compile(path: string): Compiled {
  try {
    return compiled(path);
  } catch (error) {
    // The compiler and the transform descend into what they read.
    if (!(error instanceof RangeError)) throw error;
    throw new LabError(
      `${path} is nested too deeply to be read`,
      'usage',
      'take its longest expression apart',
    );
  }
}

function compiled(path: string): Compiled {
  const program = readProgram(path);
  const files = scriptFiles(program);
  const main = program.getSourceFile(program.getRootFileNames()[0]!)!;
  const colouring = new Colouring(program);
  for (const file of files) checkFile(file, colouring);
  const units = emit(program, colouring);
  return {
    path: main.fileName,
    directory: dirname(main.fileName),
    hasTasks: files.some(hasTasks),
    evaluate: (globals, library) => evaluate(units, main.fileName, globals, library),
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
    const run = compileFunction(code, PARAMETERS, { filename: file }) as Unit['run'];
    return [file, { run, map: new SourceMap(JSON.parse(map)) }];
  });
  return new Map(entries);
}

function evaluate(
  units: Map<string, Unit>,
  main: string,
  globals: Globals,
  library: (name: string) => unknown,
): ModuleExports {
  const loaded = new Map<string, ModuleExports>();
  const load = (file: string): ModuleExports => {
    const known = loaded.get(file);
    if (known) return known;
    const exports: ModuleExports = {};
    loaded.set(file, exports);
    const require = (name: string) => {
      const module = k6Module(name);
      return module ? library(module) : load(resolveLocal(name, file)!);
    };
    const values: Globals = { ...globals, exports, require };
    units.get(file)!.run.apply(
      undefined,
      PARAMETERS.map((name) => values[name]),
    );
    return exports;
  };
  const exports = load(main);
  if (Object.keys(exports).length === 0) {
    throw new LabError(`${main} exports nothing`, 'usage', 'export a default function, as k6 scripts do');
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

/** Names that make tasks beside the main function. */
const TASKS = new Set(['setTimeout', 'setInterval', 'asyncRequest', 'then']);

function hasTasks(file: ts.SourceFile): boolean {
  let found = false;
  visitAll(file, (node) => {
    found ||= (isBody(node) && isAsync(node)) || (ts.isIdentifier(node) && TASKS.has(node.text));
  });
  return found;
}
