import { synthesize, type LabPropsInput, type System } from '../../../constructs';
import { kubernetesEngine } from '../../../lab/engine/kubernetes';
import type { RunningSystem } from '../../../lab/model/engine';
import type { LogEvent, PodEvent } from '../../../lab/model/events';
import type { FakeCluster } from './fake-cluster';

export const RUN = 'run-1';

export type Told = Omit<PodEvent, 't'> | Omit<LogEvent, 't'>;

export interface StartOptions {
  /** What the engine tells is added to it. */
  told?: Told[];
  startDeadlineMs?: number;
  /** Default: a LabChart. */
  system?: System;
}

/** Starts a system in a fake cluster, as the run RUN. */
export function start(
  cluster: FakeCluster,
  input: LabPropsInput,
  { told = [], startDeadlineMs = 5000, system }: StartOptions = {},
): Promise<RunningSystem> {
  const engine = kubernetesEngine({ api: cluster.api(), run: RUN, startDeadlineMs });
  return engine.up(synthesize(input, system), { emit: (event) => told.push(event) });
}
