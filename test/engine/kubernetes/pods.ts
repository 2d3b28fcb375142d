import type { ContainerStatus, KubeEvent, PodObject } from '../../../lab/engine/kubernetes/objects';

/**
 * A pod of the backend as the API server of Kubernetes 1.34 returns it, reduced to the fields that the engine
 * reads.
 */
export function pod(
  status: Partial<ContainerStatus> = {},
  more: Partial<PodObject['status']> = {},
): PodObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'backend-8658c56f8-j5vz7',
      namespace: 'load-testing',
      uid: '209ea3af-1fc2-460d-b9a3-558ecb23ee09',
      labels: { 'app.kubernetes.io/name': 'backend', app: 'backend' },
    },
    spec: {
      nodeName: 'lab-node',
      containers: [
        {
          name: 'backend',
          ports: [{ containerPort: 8000 }],
          resources: {
            limits: { cpu: '500m', memory: '512Mi' },
            requests: { cpu: '250m', memory: '256Mi' },
          },
        },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ name: 'backend', restartCount: 0, ready: true, ...status }],
      ...more,
    },
  };
}

export const RUNNING = { state: { running: { startedAt: '2026-11-24T20:38:33Z' } } };

export const OOM_KILLED = {
  containerID: 'containerd://b59af52081f4',
  exitCode: 137,
  reason: 'OOMKilled',
  finishedAt: '2026-11-24T20:39:11Z',
};

/** @param container of the pod that the event is about. */
export function event(
  reason: string,
  name: string,
  message: string,
  kind = 'Pod',
  container?: string,
): KubeEvent {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    type: 'Warning',
    metadata: { name: `${name}.1` },
    reason,
    message,
    involvedObject: {
      kind,
      name,
      ...(container !== undefined && { fieldPath: `spec.containers{${container}}` }),
    },
  };
}
