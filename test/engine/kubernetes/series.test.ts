import { kubeletSamples, OwnView } from '../../../lab/engine/kubernetes/kubelet';
import type { Deployment } from '../../../lab/engine/kubernetes/objects';
import { stateSamples } from '../../../lab/engine/kubernetes/series';
import type { Sample } from '../../../lab/model/engine';
import { OOM_KILLED, pod, RUNNING } from './pods';

const LABELS = { namespace: 'load-testing', pod: 'backend-8658c56f8-j5vz7', app: 'backend' };
const CONTAINER = { ...LABELS, container: 'backend' };
const values = (samples: Sample[], name: string, labels: Record<string, string> = {}): number[] =>
  samples
    .filter((sample) => sample.name === name)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .map(({ value }) => value);

it('states are reported with the names and labels of kube-state-metrics', () => {
  const state = { ...RUNNING, restartCount: 2, lastState: { terminated: OOM_KILLED } };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'backend', namespace: 'load-testing' },
    spec: { replicas: 2 },
    status: { availableReplicas: 1 },
  } as Deployment;
  const samples = stateSamples([pod(state)], [deployment], new Map([[LABELS.pod, 2]]));
  expect(values(samples, 'kube_pod_container_status_restarts_total', CONTAINER)).toEqual([2]);
  expect(
    values(samples, 'kube_pod_container_status_last_terminated_reason', { reason: 'OOMKilled' }),
  ).toEqual([1]);
  expect(values(samples, 'kube_pod_container_status_last_terminated_exitcode')).toEqual([137]);
  expect(values(samples, 'kube_pod_container_resource_limits', { resource: 'cpu' })).toEqual([0.5]);
  expect(values(samples, 'kube_pod_container_resource_limits', { resource: 'memory' })).toEqual([2 ** 29]);
  expect(values(samples, 'container_oom_events_total', CONTAINER)).toEqual([2]);
  expect(values(samples, 'kube_pod_status_phase', { phase: 'Running' })).toEqual([1]);
  expect(values(samples, 'kube_pod_status_phase', { phase: 'Pending' })).toEqual([0]);
  expect(values(samples, 'kube_pod_status_ready', { condition: 'true' })).toEqual([1]);
  expect(values(samples, 'kube_deployment_spec_replicas')).toEqual([2]);
  expect(values(samples, 'kube_deployment_status_replicas_available')).toEqual([1]);
});

const POD = `namespace="load-testing",pod="${LABELS.pod}"`;
const RESOURCE = `
container_cpu_usage_seconds_total{container="backend",${POD}} 0.78 1795552723903
container_memory_working_set_bytes{container="backend",${POD}} 3.6827136e+07 1795552723903
container_cpu_usage_seconds_total{container="other",namespace="else",pod="other-1"} 9 1795552723903
node_cpu_usage_seconds_total 2642.5 1795552715946`;
const CADVISOR = `
container_cpu_cfs_periods_total{container="",id="/kubepods/pod1",image="",name="",${POD}} 250 1795552711595
machine_cpu_cores{boot_id="d6b3",machine_id="3d12"} 2`;

it("the kubelet's measurements keep the time of their measurement", () => {
  const samples = kubeletSamples(
    { node: 'lab-node', resource: RESOURCE, cadvisor: CADVISOR },
    new Map([[LABELS.pod, pod()]]),
  );
  expect(samples).toEqual([
    {
      name: 'node_cpu_usage_seconds_total',
      labels: { node: 'lab-node' },
      value: 2642.5,
      measuredAt: 1795552715946,
    },
    { name: 'machine_cpu_cores', labels: { node: 'lab-node' }, value: 2 },
    {
      name: 'container_cpu_usage_seconds_total',
      labels: CONTAINER,
      value: 0.78,
      measuredAt: 1795552723903,
    },
    {
      name: 'container_memory_working_set_bytes',
      labels: CONTAINER,
      value: 36827136,
      measuredAt: 1795552723903,
    },
    { name: 'container_cpu_cfs_periods_total', labels: CONTAINER, value: 250, measuredAt: 1795552711595 },
  ]);
});

it("a container's control group takes precedence over its pod's, and the newer of two containers over the older", () => {
  const line = (container: string, id: string, value: number, at: number) =>
    `container_cpu_cfs_periods_total{container="${container}",id="${id}",${POD}} ${value} ${at}`;
  const cadvisor = [
    line('', '/pod', 900, 5000),
    line('backend', '/pod/old', 500, 3000),
    line('backend', '/pod/new', 7, 4000),
    line('POD', '/pod/pause', 1, 6000),
  ];
  const samples = kubeletSamples(
    { node: 'n', resource: '', cadvisor: cadvisor.join('\n') },
    new Map([[LABELS.pod, pod()]]),
  );
  expect(samples).toEqual([expect.objectContaining({ value: 7, measuredAt: 4000 })]);
});

it("a container's own metrics replace the kubelet's for good, so no series has two sources", () => {
  const own = { name: 'cgroup_cpu_usage_seconds_total', labels: CONTAINER, value: 1.5 };
  const kubelet = [
    { name: 'container_cpu_usage_seconds_total', labels: CONTAINER, value: 0.8, measuredAt: 1 },
    { name: 'container_memory_working_set_bytes', labels: CONTAINER, value: 5, measuredAt: 1 },
  ];
  const view = new OwnView();
  expect(view.merge([own], kubelet)).toEqual([
    { name: 'container_cpu_usage_seconds_total', labels: CONTAINER, value: 1.5 },
    kubelet[1],
  ]);
  expect(view.merge([], kubelet)).toEqual([kubelet[1]]);
});
