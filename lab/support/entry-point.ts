import { existsSync } from 'node:fs';

/**
 * How to start a file of this project in a process or thread of its own: the compiled file where there is
 * one, else (tests run from source) the TypeScript file with ts-node.
 * @param base absolute path without extension
 */
export function entryPoint(base: string): { file: string; execArgv: string[] } {
  if (existsSync(`${base}.js`)) return { file: `${base}.js`, execArgv: [] };
  return { file: `${base}.ts`, execArgv: ['--require', require.resolve('ts-node/register/transpile-only')] };
}
