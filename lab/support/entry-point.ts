import { existsSync } from 'node:fs';

/**
 * How to start a file of this project in its own process or thread. Uses the compiled file if there is one.
 * Otherwise (tests run from source) it uses the TypeScript file with ts-node.
 * @param base absolute path without extension
 */
export function entryPoint(base: string): { file: string; execArgv: string[] } {
  if (existsSync(`${base}.js`)) return { file: `${base}.js`, execArgv: [] };
  return { file: `${base}.ts`, execArgv: ['--require', require.resolve('ts-node/register/transpile-only')] };
}
