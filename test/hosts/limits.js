'use strict';
// limits.js PROJECT NAME RUNG: applies limits to real processes here and prints the effects as one line of
// JSON.
const { once } = require('node:events');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');
const { setTimeout: sleep } = require('node:timers/promises');

const [, , project, name, mode] = process.argv;
const { openLimiter } = require(join(project, 'build/lab/engine/local/limits/open.js'));
const BUSY = ['/bin/sh', '-c', 'while :; do :; done'];
const FILL = 'const held = []; setInterval(() => held.push(Buffer.alloc(4 << 20, 1)), 10);';
const env = { PATH: process.env.PATH };

async function main() {
  const limiter = await openLimiter(`limits-${process.pid}`, { mode });
  const small = await limiter.create({ name: 'small', cpuLimitMillicores: 200 });
  const busy = await small.spawn({ command: BUSY, env, cwd: '/' });
  const inside = readFileSync(`/proc/${busy.pid}/cgroup`, 'latin1').trim();
  await sleep(500);
  const [before, start] = [small.usage(), performance.now()];
  await sleep(3_000);
  const [after, seconds] = [small.usage(), (performance.now() - start) / 1000];
  const cpu = {
    cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
    throttledPeriods: after.throttledPeriods - before.throttledPeriods,
  };
  const tight = await limiter.create({ name: 'tight', memoryLimitBytes: 96 << 20 });
  const filling = await tight.spawn({ command: [process.execPath, '-e', FILL], env, cwd: '/' });
  const [, signal] = await once(filling, 'exit');
  const memory = { signal, oomKills: tight.usage().oomKills };
  await limiter.close();
  console.log(`@@ ${JSON.stringify({ name, inside, cpu, memory })}`);
}

main();
