'use strict';
// The checks of `npm run check`: one per core at a time, the longest first, and all of them even if one
// fails.
const { spawn } = require('node:child_process');
const { availableParallelism } = require('node:os');
const { join, resolve } = require('node:path');

const ROOT = resolve(__dirname, '..');
const CHECKS = [
  ['node_modules/.bin/prettier', '--check', '.'],
  ['node_modules/.bin/eslint', '.'],
  ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json', '--noEmit'],
  ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.page.json'],
  ['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.k6.json'],
  ['node_modules/.bin/jest', 'test/layout.test.ts'],
  ['bin/lab.js', 'chart', '--check'],
];

/** Runs one check to its end. Shows its output only then, so the outputs of two checks do not mix. */
function run([program, ...args]) {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(ROOT, program), ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.on('error', failed);
    child.on('close', (code) => {
      const name = [program.split('/').at(-1), ...args].join(' ');
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}${code === 0 ? '' : `\n${said}`}`);
      if (code !== 0) process.exitCode = 1;
      done();
    });
  });
}

async function worker() {
  for (let check = CHECKS.shift(); check; check = CHECKS.shift()) await run(check);
}

for (let i = 0; i < availableParallelism(); i++) worker();
