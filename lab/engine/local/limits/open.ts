import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { LabError } from '../../../model/errors';
import { realFiles, type Files } from '../lifetime/files';
import { openLifetime, type Lifetime } from '../lifetime/lifetime';
import { platformProblem } from '../platform';
import type { Limiter } from './limits';
import { LIMITS_MODES, MODES, type LimitsMode } from './modes';

export interface LimiterOptions {
  /**
   * Use only this limits mode. If the host does not offer it, fail (environment) instead of trying the next
   * one.
   */
  mode?: LimitsMode;
  /** Records what must not outlive the lab. Default: opens a new one for `runId`. */
  lifetime?: Lifetime;
  /** The file system of the cgroups. Default: the real one. */
  files?: Files;
}

/** Whether a limits mode can be used here. If it can, `reason` is empty. */
export interface ModeReport {
  rung: LimitsMode;
  usable: boolean;
  reason: string;
  hint: string;
}

/**
 * Opens the best limits mode that works here. Each one is tried with real limits on a real process.
 * @throws LabError (environment) with the reason for each mode when none works
 */
export async function openLimiter(runId: string, options: LimiterOptions = {}): Promise<Limiter> {
  const { mode, files = realFiles } = options;
  const lifetime = options.lifetime ?? (await openLifetime(runId));
  const end = async () => (options.lifetime ? undefined : lifetime.close());
  const failed: ModeReport[] = [];
  for (const candidate of mode ? [mode] : LIMITS_MODES) {
    const { limiter, report } = await tryMode(candidate, lifetime, files);
    if (limiter) return endingWith(limiter, end);
    failed.push(report);
  }
  await end();
  throw new LabError(
    `cannot limit processes: ${failed.map((report) => `${report.rung}: ${report.reason}`).join('; ')}`,
    'environment',
    failed.at(-1)?.hint,
  );
}

/** Tries every limits mode, for `lab doctor`. */
export async function probeModes(files: Files = realFiles): Promise<ModeReport[]> {
  const problem = platformProblem();
  if (problem) {
    const { message, hint = '' } = problem;
    return LIMITS_MODES.map((rung) => ({ rung, usable: false, reason: message, hint }));
  }
  const lifetime = await openLifetime(`probe-${process.pid}-${randomUUID().slice(0, 8)}`);
  const reports: ModeReport[] = [];
  for (const mode of LIMITS_MODES) {
    const { limiter, report } = await tryMode(mode, lifetime, files);
    await limiter?.close();
    reports.push(report);
  }
  await lifetime.close();
  return reports;
}

async function tryMode(
  mode: LimitsMode,
  lifetime: Lifetime,
  files: Files,
): Promise<{ limiter?: Limiter; report: ModeReport }> {
  const { label, hint, open } = MODES[mode];
  let limiter: Limiter | undefined;
  try {
    limiter = await open({ rung: mode, label }, lifetime, files);
    await tryCage(limiter);
    return { limiter, report: { rung: mode, usable: true, reason: '', hint: '' } };
  } catch (error) {
    await limiter?.close();
    const { message, hint: own } = error as Error & { hint?: string };
    return { report: { rung: mode, usable: false, reason: message, hint: own ?? hint } };
  }
}

/** @throws an error that says why a process cannot be started with limits */
async function tryCage(limiter: Limiter): Promise<void> {
  const cage = await limiter.create({
    name: 'trial',
    cpuLimitMillicores: 100,
    memoryLimitBytes: 64 * 2 ** 20,
  });
  const child = await cage.spawn({ command: ['/bin/sh', '-c', ':'], env: {}, cwd: '/' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  await cage.remove();
  if (code !== 0) throw new LabError(`a trial process ended with ${code ?? signal}`, 'environment');
}

function endingWith(limiter: Limiter, end: () => Promise<void>): Limiter {
  return {
    info: limiter.info,
    create: (spec) => limiter.create(spec),
    close: async () => {
      await limiter.close();
      await end();
    },
  };
}
