import type { Sample } from '../model/engine';

/** Metric names with values and extra labels. An unknown value gives no sample. */
export type SampleValues = [name: string, value: number | undefined, labels?: Record<string, string>][];

export function label(labels: Record<string, string>, values: SampleValues): Sample[] {
  return values.flatMap(([name, value, more]) =>
    value === undefined ? [] : { name, labels: { ...labels, ...more }, value },
  );
}

/**
 * One series per state: 1 for the current state, 0 for the others. A series that vanished would seem to keep
 * its value.
 */
export function oneOf(
  name: string,
  state: string,
  states: readonly string[],
  current: string | undefined,
): SampleValues {
  return states.map((value) => [name, Number(value === current), { [state]: value }]);
}

export const POD_PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
export const TERMINATED_REASONS = ['OOMKilled', 'Error', 'Completed'] as const;
export const WAITING_REASONS = ['ContainerCreating', 'CrashLoopBackOff', 'CreateContainerError'] as const;
export const CPU = { resource: 'cpu', unit: 'core' };
export const MEMORY = { resource: 'memory', unit: 'byte' };

/**
 * Like Prometheus without honor_labels: the target's labels win, and the sample's own are kept as exported_*.
 */
export function addTargetLabels(sample: Sample, target: Record<string, string>): Sample {
  const own = Object.entries(sample.labels).map(([key, text]) => [
    Object.hasOwn(target, key) ? `exported_${key}` : key,
    text,
  ]);
  return { ...sample, labels: { ...Object.fromEntries(own), ...target } };
}
