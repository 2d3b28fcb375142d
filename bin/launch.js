'use strict';
// In a checkout, the sources may be newer than build/. An edit in main.ts must take effect at once, so build
// first.
const { spawnSync } = require('node:child_process');
const { existsSync, readdirSync, statSync, utimesSync } = require('node:fs');
const { join, resolve } = require('node:path');

const root = resolve(__dirname, '..');
const entry = join(root, 'build', 'lab', 'cli', 'main.js');
const page = join(root, 'build', 'page', 'page.js');
const SOURCES = [
  'main.ts',
  'constructs',
  'service',
  'downstream',
  'lab',
  'loadtests',
  'tsconfig.build.json',
  'rollup.config.mjs',
];

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return /\.(ts|json|css|mjs)$/.test(path) ? stat.mtimeMs : 0;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build() {
  const stamp = join(root, 'build', '.tsbuildinfo');
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (existsSync(entry) && Math.max(...SOURCES.map((source) => newest(join(root, source)))) <= built) return;
  const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [compiler, '-p', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    console.error('The sources do not compile. Fix the errors above and run the command again.');
    process.exit(2);
  }
  utimesSync(stamp, new Date(), new Date());
  buildPage();
}

/** Builds the page's bundle. Without the tools to build it, everything except the page works. */
function buildPage() {
  const built = statSync(page, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = ['rollup.config.mjs', 'lab/watch', 'lab/verdict/format.ts'].map((path) => join(root, path));
  if (Math.max(...sources.map(newest)) <= built) return;
  const rollup = join(root, 'node_modules', 'rollup', 'dist', 'bin', 'rollup');
  if (!existsSync(rollup)) return;
  const { status } = spawnSync(process.execPath, [rollup, '--config', '--silent'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(2);
}

// With it, pg loads a package that is not installed here.
delete process.env.NODE_PG_FORCE_NATIVE;
if (existsSync(join(root, 'tsconfig.build.json'))) build();
require(entry);
