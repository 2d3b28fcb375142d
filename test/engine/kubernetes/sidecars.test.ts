import { kubeletSamples } from '../../../lab/engine/kubernetes/kubelet';
import { labelled } from '../../../lab/engine/kubernetes/labelled';
import type { PodObject } from '../../../lab/engine/kubernetes/objects';
import { podChanges, terminations, toldByCluster } from '../../../lab/engine/kubernetes/pod-events';
import { describe as describePod, failOnHopeless, missing } from '../../../lab/engine/kubernetes/readiness';
import { stateSamples } from '../../../lab/engine/kubernetes/series';
import type { Sample } from '../../../lab/model/engine';
import { event, OOM_KILLED, pod, RUNNING } from './pods';

const PROXY = { name: 'istio-proxy', ready: true, restartCount: 7, ...RUNNING };

/** A pod as a service mesh changes it: its sidecar comes first. */
function injected(own: PodObject, proxy: object = PROXY): PodObject {
  const { containers } = own.spec;
  const proxyResources = { limits: { cpu: '2', memory: '1Gi' } };
  return {
    ...own,
    spec: { ...own.spec, containers: [{ name: 'istio-proxy', resources: proxyResources }, ...containers] },
    status: {
      ...own.status,
      containerStatuses: [proxy as typeof PROXY, ...own.status.containerStatuses!],
    },
  };
}

const valuesOf = (samples: Sample[], name: string) =>
  samples.filter((sample) => sample.name === name).map(({ value }) => value);

it("restarts, limits and OOM kills are those of the pod's own container", () => {
  const state = { ...RUNNING, restartCount: 2, lastState: { terminated: OOM_KILLED } };
  const samples = stateSamples([injected(pod(state))], [], new Map());
  expect(valuesOf(samples, 'kube_pod_container_status_restarts_total')).toEqual([2]);
  expect(valuesOf(samples, 'kube_pod_container_resource_limits')).toEqual([0.5, 2 ** 29]);
  expect(terminations(injected(pod(state)))).toEqual([OOM_KILLED]);
});

it("an end of the sidecar is not told as one of the system's", () => {
  const killed = { ...PROXY, state: { terminated: OOM_KILLED } };
  expect(podChanges(injected(pod(RUNNING)), injected(pod(RUNNING), killed))).toEqual([]);
  const ended = podChanges(injected(pod(RUNNING)), injected(pod({ state: { terminated: OOM_KILLED } })));
  expect(ended.map(({ reason }) => reason)).toEqual(['OOMKilled']);
});

it.each([
  ['Killing', 'Container istio-proxy failed liveness probe, will be restarted'],
  ['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
])("the event %s of a sidecar is not told as one of the system's", (reason, message) => {
  const pods = new Map([['backend-1', injected(pod(RUNNING))]]);
  const of = (container?: string) =>
    toldByCluster(event(reason, 'backend-1', message, 'Pod', container), pods);
  expect(of('istio-proxy')).toBeUndefined();
  const native = event(reason, 'backend-1', message);
  native.involvedObject.fieldPath = 'spec.initContainers{istio-proxy}';
  expect(toldByCluster(native, pods)).toBeUndefined();
  expect(of('backend')).toMatchObject({ reason });
  expect(of()).toMatchObject({ reason });
});

it('a sidecar that cannot start ends the wait at once and is named', () => {
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "istio/proxyv2"' };
  const stuck = injected(pod(RUNNING, { conditions: [] }), { ...PROXY, ready: false, state: { waiting } });
  expect(() => failOnHopeless([stuck], [], [])).toThrow(/container istio-proxy: ImagePullBackOff/);
  const native = pod({ state: { waiting: { reason: 'PodInitializing' } } }, { conditions: [] });
  native.status.initContainerStatuses = [{ ...PROXY, state: { waiting } }];
  expect(() => failOnHopeless([native], [], [])).toThrow(/container istio-proxy: ImagePullBackOff/);
});

it('a pod that waits for its sidecar is reported with the containers that are not ready', () => {
  const message = 'containers with unready status: [istio-proxy]';
  const waiting = injected(pod(RUNNING, { conditions: [{ type: 'Ready', status: 'False', message }] }));
  expect(describePod(waiting, [])).toContain(message);
  expect(missing([{ name: 'backend', pods: 1 }], [waiting], [])).toEqual([expect.stringContaining(message)]);
});

it("the kubelet's numbers of the whole pod are not taken for those of its own container", () => {
  const labels = 'namespace="load-testing",pod="backend-8658c56f8-j5vz7"';
  const line = (container: string, value: number) =>
    `container_cpu_cfs_periods_total{container="${container}",${labels}} ${value} 1000`;
  const pages = (lines: string[]) => ({ node: 'n', resource: '', cadvisor: lines.join('\n') });
  const pods = new Map([['backend-8658c56f8-j5vz7', injected(pod(RUNNING))]]);
  const own = kubeletSamples(pages([line('', 900), line('istio-proxy', 700), line('backend', 5)]), pods);
  expect(own.map(({ value }) => value)).toEqual([5]);
  expect(kubeletSamples(pages([line('', 900)]), pods)).toEqual([]);
});

const CONTAINERS = [{ name: 'server' }, { name: 'helper' }];

it.each([
  ['without an annotation', undefined, 'server'],
  ['whose annotation names one of its containers', 'helper', 'helper'],
  ["whose annotation names somebody else's container", 'istio-proxy', 'server'],
])('a pod %s names its own container', (_which, given, own) => {
  const annotation = 'kubectl.kubernetes.io/default-container';
  const annotations = { note: 'x', ...(given !== undefined && { [annotation]: given }) };
  const template = { metadata: { annotations }, spec: { containers: CONTAINERS } };
  const metadata = { name: 'mine' };
  const object = labelled(
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template } },
    'run-1',
  );
  expect(object).toHaveProperty('spec.template.metadata.annotations', { note: 'x', [annotation]: own });
});
