'use strict';
// Runs command lines of the lab one after another in this process, each with a main module of its own: all else is
// loaded once. Prints what came of each.
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
  // Nothing is left to do: here the process of this command line alone would end.
  process.once('beforeExit', () => {
    results.push({ code: process.exitCode ?? 0, ...said, left: readdirSync('.') });
    // A timer, without which Node would see nothing new to wait for.
    setTimeout(next);
  });
}

process.on('exit', () => {
  print(JSON.stringify(results));
  process.exitCode = 0;
});
next();
