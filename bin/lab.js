#!/usr/bin/env node
'use strict';
// Use only syntax that every Node version knows: an old one must get far enough to print this message.
var required = require('../package.json').engines.node.replace('>=', '');

function compare(found, wanted) {
  var a = found.split('.').map(Number);
  var b = wanted.split('.').map(Number);
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

if (compare(process.versions.node, required) < 0) {
  console.error('lab: this is Node ' + process.versions.node + '; the lab needs ' + required + ' or newer');
  console.error('     Install a newer version, e.g. with `nvm install 22`, then run `npm ci` again.');
  process.exit(4);
}
require('./launch.js');
