'use strict';
// Rewrites package.json so that it depends only on what the compiled code in a folder requires; `npm prune` then
// removes the rest, and the versions stay those of the lock file.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const [folder] = process.argv.slice(2);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.js'))
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');
const required = [...code.matchAll(/require\("((?:@[^/"]+\/)?[^./"][^/"]*)/g)].map(([, name]) => name);
const dependencies = Object.entries(manifest.dependencies).filter(([name]) => required.includes(name));
const unknown = required.filter((name) => !name.startsWith('node:') && !(name in manifest.dependencies));
if (dependencies.length === 0 || unknown.length > 0) {
  console.error(`${folder} requires ${unknown.join(', ') || 'nothing'}: not what package.json depends on`);
  process.exit(1);
}
writeFileSync(
  'package.json',
  JSON.stringify({ ...manifest, dependencies: Object.fromEntries(dependencies), devDependencies: {} }),
);
