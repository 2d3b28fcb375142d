import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRuns } from '../engine/local/lifetime';
import { platformProblem } from '../engine/local/platform';
import { postgresBinaries, postgresVersion } from '../engine/local/postgres/binaries';
import { passed } from '../support/environment';

/** Pods, database and load generator share the machine. With fewer cores they would disturb each other. */
const LEAST_CORES = 2;
/** The sum of the memory limits of the default system, in MiB. */
const LEAST_FREE_MEBIBYTES = 1536;

/** One thing about this machine that an experiment depends on. */
export interface MachineCheck {
  check: 'node' | 'cores' | 'memory' | 'postgres' | 'k6' | 'runs';
  ok: boolean;
  says: string;
}

export function machineChecks(): MachineCheck[] {
  const isLinux = platformProblem() === undefined;
  return [
    ...sizeChecks(),
    ...(isLinux ? [postgresCheck()] : []),
    k6Check(),
    ...(isLinux ? [runsCheck()] : []),
  ];
}

function sizeChecks(): MachineCheck[] {
  const cores = cpus().length;
  const free = Math.round(freemem() / 2 ** 20);
  return [
    { check: 'node', ok: true, says: `Node ${process.version} on ${process.platform}-${process.arch}` },
    {
      check: 'cores',
      ok: cores >= LEAST_CORES,
      says: `${cores} cores; with fewer than ${LEAST_CORES}, pods wait for each other and runs are inconclusive`,
    },
    {
      check: 'memory',
      ok: free >= LEAST_FREE_MEBIBYTES,
      says: `${free} MiB of memory free; the default system can use up to ${LEAST_FREE_MEBIBYTES} MiB`,
    },
  ];
}

/** @param packaged the folder of the binaries; by default that of this platform */
export function postgresCheck(packaged?: string): MachineCheck {
  const folder = mkdtempSync(join(tmpdir(), 'lab-doctor-'));
  try {
    return {
      check: 'postgres',
      ok: true,
      says: postgresVersion(postgresBinaries(folder, undefined, packaged)),
    };
  } catch (error) {
    const { message, hint = '' } = error as Error & { hint?: string };
    return { check: 'postgres', ok: false, says: `${message}. ${hint}` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function k6Check(): MachineCheck {
  const { status, stdout } = spawnSync('k6', ['version'], { env: passed('PATH', 'HOME'), encoding: 'utf8' });
  const says =
    status === 0
      ? `${stdout.trim().split('\n')[0]} for --load k6`
      : 'k6 is not installed; only --load k6 needs it, the embedded load generator does not';
  return { check: 'k6', ok: true, says };
}

function runsCheck(): MachineCheck {
  const runs = listRuns().filter(({ labPid }) => labPid !== process.pid);
  if (runs.length === 0) return { check: 'runs', ok: true, says: 'no other lab is running' };
  const pids = runs.map(({ labPid }) => labPid).join(', ');
  return {
    check: 'runs',
    ok: false,
    says: `other labs are running (pid ${pids}) and share the cores with yours`,
  };
}
