import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { KubeObject } from '../../../constructs/kube-object';
import type { Engine, EngineOptions, RunningSystem } from '../../model/engine';
import { openLifetime } from './lifetime';
import { openLimiter } from './limits/open';
import type { LimitsMode } from './limits/modes';
import { readManifests, type Manifests } from './manifests/read';
import { claimNetwork, type Network } from './network';
import { LocalSystem, type LocalTiming } from './system';

export interface LocalEngineOptions extends Partial<LocalTiming> {
  /**
   * Use only this limits mode. If the host does not offer it, the start fails. Default: the best one
   * available.
   */
  limitsMode?: LimitsMode;
  /** Folder of the compiled programs; the counterpart of /app in an image. Default: the project's build/. */
  codeRoot?: string;
  /** Default: where possible, the manifest's own ports on a block of loopback addresses. */
  network?: Network['mode'];
  /** Creates the limiter. Default: the best limits mode that the host offers. */
  openLimiter?: typeof openLimiter;
}

/** The kubelet's default grace is 30 s. Here it is shorter, because the whole system is thrown away. */
const DEFAULT_TIMING: LocalTiming = {
  startDeadlineMs: 60_000,
  maxGraceMs: 3000,
  autoscalerIntervalMs: 15_000,
};

/** Runs synthesized manifests as limited processes on this machine, on loopback addresses only. */
export function localEngine(options: LocalEngineOptions = {}): Engine {
  return { name: 'local', up: (manifests, given) => up(manifests, options, given) };
}

async function up(
  objects: KubeObject[],
  options: LocalEngineOptions,
  given: EngineOptions,
): Promise<RunningSystem> {
  const manifests = readManifests(objects);
  const undo: (() => Promise<void>)[] = [];
  const clear = () => undoAll(undo.splice(0));
  try {
    const lifetime = await openLifetime(`lab-${process.pid}-${randomBytes(4).toString('hex')}`);
    undo.push(() => lifetime.close());
    const limiter = await (options.openLimiter ?? openLimiter)(lifetime.runId, {
      mode: options.limitsMode,
      lifetime,
    });
    undo.push(() => limiter.close());
    const network = await claimNetwork({ ports: portsOf(manifests), mode: options.network });
    undo.push(() => network.close());
    const surroundings = { limiter, lifetime, network, codeRoot: options.codeRoot ?? defaultCodeRoot() };
    const system = new LocalSystem(
      manifests,
      surroundings,
      { ...DEFAULT_TIMING, ...defined(options) },
      given,
      clear,
    );
    await system.start().catch(async (error: unknown) => {
      await system.down();
      throw error;
    });
    return system;
  } catch (error) {
    await clear();
    throw error;
  }
}

/** Runs all steps, newest first, even after an error. Throws the first error. */
async function undoAll(steps: (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps.reverse()) await step().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function portsOf({ services, workloads }: Manifests): number[] {
  const served = services.flatMap((service) => service.spec.ports.map(({ port }) => port));
  const contained = workloads.flatMap(({ spec }) =>
    spec.template.spec.containers.flatMap(({ ports }) => ports),
  );
  return [...new Set([...served, ...contained.map(({ containerPort }) => containerPort)])];
}

/** This file is build/lab/engine/local/index.js, or lab/engine/local/index.ts when run from source. */
function defaultCodeRoot(): string {
  const root = join(__dirname, '../../..');
  return __filename.endsWith('.ts') ? join(root, 'build') : root;
}
