'use strict';
// Runs command lines of the lab one after another in this process and prints their results. Each gets its own
// main module; all other modules are loaded once.
const { readdirSync } = require('node:fs');

const [main, lines] = process.argv.slice(2);
const waiting = JSON.parse(lines);
const results = [];
const print = process.stdout.write.bind(process.stdout);

function next() {
  const args = waiting.shift();
  if (!args) return;
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    process[name].removeAllListeners('error');
    process[name].write = (text) => {
      said[name] += text;
      return true;
    };
  }
  process.exitCode = undefined;
  process.argv = [process.argv[0], main, ...args];
  delete require.cache[main];
  require(main);
  // No work is left. A process for this command line alone would end here.
  process.once('beforeExit', () => {
    results.push({ code: process.exitCode ?? 0, ...said, left: readdirSync('.') });
    // Without a timer, Node would have no further work to wait for.
    setTimeout(next);
  });
}

process.on('exit', () => {
  print(JSON.stringify(results));
  process.exitCode = 0;
});
next();
