import { spawnSync } from 'node:child_process';
import { cpus, freemem } from 'node:os';
import { Command } from 'commander';
import { listRuns } from '../../engine/local/lifetime';
import { probeRungs } from '../../engine/local/limits/open';
import { EXIT } from '../../errors';
import { outputOption, type Output } from '../options';

/** Pods, database and load generator side by side; with fewer cores they would measure each other. */
const LEAST_CORES = 2;
/** What the limits of the default system add up to, in MiB. */
const LEAST_FREE_MEBIBYTES = 1536;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what this machine offers for experiments, and how to get more')
    .addOption(outputOption())
    .action(doctor);
}

async function doctor({ output }: { output: Output }): Promise<void> {
  const rungs = await probeRungs();
  const inUse = rungs.find(({ usable }) => usable);
  const machine = [...machineChecks(), k6Check(), runsCheck()];
  if (output === 'json') console.log(JSON.stringify({ limits: inUse?.rung, rungs, machine }, null, 2));
  else {
    for (const { ok, says } of machine) console.log(`${ok ? 'ok  ' : 'note'}  ${says}`);
    console.log(`\nLimits, best first; runs use ${inUse?.rung ?? 'none'}:`);
    for (const { rung, usable, reason, hint } of rungs) {
      console.log(
        `${usable ? 'ok  ' : 'no  '}  ${rung.padEnd(14)} ${reason}${usable || !hint ? '' : `\n${' '.repeat(21)}to get it: ${hint}`}`,
      );
    }
  }
  process.exitCode = inUse ? EXIT.held : EXIT.environment;
}

interface Check {
  ok: boolean;
  says: string;
}

function machineChecks(): Check[] {
  const cores = cpus().length;
  const free = Math.round(freemem() / 2 ** 20);
  return [
    { ok: true, says: `Node ${process.version} on ${process.platform}-${process.arch}` },
    {
      ok: cores >= LEAST_CORES,
      says: `${cores} cores; ${LEAST_CORES} are needed, or the pods wait for each other and runs are inconclusive`,
    },
    {
      ok: free >= LEAST_FREE_MEBIBYTES,
      says: `${free} MiB of memory free; the default system may use ${LEAST_FREE_MEBIBYTES} MiB`,
    },
  ];
}

function k6Check(): Check {
  const { status, stdout } = spawnSync('k6', ['version'], { encoding: 'utf8' });
  return status === 0
    ? { ok: true, says: `${stdout.trim().split('\n')[0]} for --load k6` }
    : { ok: true, says: 'k6 is not installed; only --load k6 needs it, the embedded generator does not' };
}

function runsCheck(): Check {
  const runs = listRuns().filter(({ labPid }) => labPid !== process.pid);
  if (runs.length === 0) return { ok: true, says: 'no other lab is running' };
  const pids = runs.map(({ labPid }) => labPid).join(', ');
  return { ok: false, says: `other labs are running (pid ${pids}) and share the cores with yours` };
}
