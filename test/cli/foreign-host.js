'use strict';
// Preloaded into the command line. The program sees another operating system without /proc and /sys; every
// access to them is logged.
const fs = require('node:fs');
const os = require('node:os');

const { TEST_PLATFORM: platform, TEST_NODE: node, TEST_TOUCHED: touched } = process.env;
const { appendFileSync } = fs;

if (node) Object.defineProperty(process, 'versions', { value: { ...process.versions, node } });
if (platform) {
  Object.defineProperty(process, 'platform', { value: platform });
  os.platform = () => platform;
  for (const holder of [fs, fs.promises]) {
    for (const name of Object.keys(holder)) {
      if (typeof holder[name] === 'function' && /^[a-z]/.test(name))
        holder[name] = refusing(holder[name], name);
    }
  }
}

function refusing(original, name) {
  return function (...args) {
    const path = String(args[0]);
    if (!/^\/(proc|sys)(\/|$)/.test(path)) return Reflect.apply(original, this, args);
    appendFileSync(touched, `${name} ${path}\n`);
    throw Object.assign(new Error(`ENOENT: no such file or directory, ${name} '${path}'`), {
      code: 'ENOENT',
    });
  };
}
