'use strict';
// abandon.js PROJECT NAME: kills a lab with SIGKILL, waits until the processes beside it are back, and prints
// one line of JSON.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const [, , project, name] = process.argv;
const open = join(project, 'build/lab/engine/local/limits/open.js');
const LAB = `
  require(process.argv[1]).openLimiter('abandoned-' + process.pid).then(async (limiter) => {
    const cage = await limiter.create({ name: 'pod', memoryLimitBytes: 64 << 20 });
    const child = await cage.spawn({ command: ['/bin/sleep', '1000'], env: {}, cwd: '/' });
    console.log(child.pid);
    setInterval(() => 0, 1e6);
  });`;

const own = () => readFileSync('/proc/self/cgroup', 'latin1').trim();
const folders = (path) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
const isAlive = (pid) => readdirSync('/proc').includes(String(pid));

async function main() {
  const before = own();
  const directory = join('/sys/fs/cgroup', before.split(':')[2]);
  const lab = spawn(process.execPath, ['-e', LAB, open], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [pid] = await once(lab.stdout, 'data');
  const during = own();
  lab.kill('SIGKILL');
  const deadline = Date.now() + 30_000;
  const isBack = () => own() === before && folders(directory).length === 0 && !isAlive(Number(pid));
  while (!isBack() && Date.now() < deadline) await sleep(100);
  const left = { folders: folders(directory), pod: isAlive(Number(pid)) };
  console.log(`@@ ${JSON.stringify({ name, before, during, after: own(), left })}`);
}

main();
