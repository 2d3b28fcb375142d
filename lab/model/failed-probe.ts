import type { PodEvent } from './events';

/**
 * The probe that the kubelet names in its message about a kill, e.g. "Container backend failed liveness probe,
 * will be restarted". Kubernetes reports it nowhere else.
 */
export function failedProbeOf(message: string): PodEvent['failedProbe'] {
  return /failed (startup|liveness) probe/.exec(message)?.[1] as PodEvent['failedProbe'];
}
