/**
 * A small lab for tests to kill. Its arguments are a run id and a limits mode. It prints what it started, and
 * stays alive.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLifetime } from '../../../lab/engine/local/lifetime';
import { openLimiter } from '../../../lab/engine/local/limits/open';
import type { LimitsMode } from '../../../lab/engine/local/limits/modes';

/** Prints the pid of a child in its own session, like PostgreSQL's children, and keeps the CPU busy. */
const FAMILY = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });
  console.log(child.pid); for (;;);`;

async function main(runId: string, mode: LimitsMode): Promise<void> {
  const lifetime = await openLifetime(runId);
  const limiter = await openLimiter(runId, { mode, lifetime });
  const folder = lifetime.tempDir('data');
  writeFileSync(join(folder, 'file'), 'x');
  const cage = await limiter.create({ name: 'a', cpuLimitMillicores: 100, memoryLimitBytes: 256 * 2 ** 20 });
  const child = await cage.spawn({ command: [process.execPath, '-e', FAMILY], env: {}, cwd: '/' });
  child.stdout?.once('data', (line: Buffer) => {
    console.log(JSON.stringify({ pids: [child.pid, Number(line.toString())], folder }));
  });
}

void main(process.argv[2] as string, process.argv[3] as LimitsMode);
