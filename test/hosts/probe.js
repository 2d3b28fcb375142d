'use strict';
// probe.js PROJECT NAME: prints what the lab finds here as one line of JSON.
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const [, , project, name] = process.argv;
const { probeModes } = require(join(project, 'build/lab/engine/local/limits/open.js'));

const own = () => readFileSync('/proc/self/cgroup', 'latin1').trim();
const left = () =>
  execFileSync('find', ['/sys/fs/cgroup', '-name', 'backend-under-load*'], { encoding: 'utf8' });

const before = own();
probeModes().then((rungs) => {
  console.log(`@@ ${JSON.stringify({ name, before, after: own(), left: left(), rungs })}`);
});
