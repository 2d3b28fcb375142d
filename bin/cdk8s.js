#!/usr/bin/env node
'use strict';
// `npx cdk8s`, in this project and wherever its package is installed.
const { existsSync } = require('node:fs');
const { dirname, join } = require('node:path');

// Without a network, its look for a newer version prints a stack trace. The version is pinned anyway.
process.env.CDK8S_CHECK_UPGRADE ??= 'false';

/** One word for the shell that cdk8s runs an app with. */
function quoted(text) {
  return process.platform === 'win32' ? `"${text}"` : `'${text.replaceAll("'", `'\\''`)}'`;
}

// A folder that has no app of its own gets that of the package.
if (!existsSync('cdk8s.yaml')) {
  const app = [process.execPath, join(__dirname, '..', 'build', 'main.js')];
  // A first word without quotes, because cdk8s takes off quotes that enclose a whole command.
  const run = process.platform === 'win32' ? 'call' : 'exec';
  process.env.CDK8S_APP ??= [run, ...app.map(quoted)].join(' ');
}

// Its package exports no path to its program.
require(join(dirname(require.resolve('cdk8s-cli/package.json')), 'bin', 'cdk8s'));
