import type { PodObject } from '../../../lab/engine/kubernetes/objects';
import { isOomKill, podChanges, toldByCluster } from '../../../lab/engine/kubernetes/pod-events';
import { event, OOM_KILLED, pod, RUNNING } from './pods';

const NOT_READY = { conditions: [{ type: 'Ready', status: 'False' }] };
const told = (...states: (PodObject | undefined)[]): string[] =>
  states
    .slice(1)
    .flatMap((after, index) => podChanges(states[index], after!).map(({ reason }) => reason as string));

it('a starting pod is reported step by step, each step once', () => {
  const scheduled = pod({}, { ...NOT_READY, phase: 'Pending', containerStatuses: [] });
  const unassigned = {
    ...scheduled,
    spec: { ...scheduled.spec, nodeName: undefined },
  } as unknown as PodObject;
  const started = pod(RUNNING, NOT_READY);
  started.status.containerStatuses = pod(RUNNING).status.containerStatuses;
  expect(told(undefined, unassigned, scheduled, started, pod(RUNNING), pod(RUNNING))).toEqual([
    'Scheduled',
    'Started',
    'Ready',
  ]);
});

it('an OOM kill is reported once, with its exit code, while it moves from the state to the last state', () => {
  const killed = pod({ state: { terminated: OOM_KILLED } });
  const waiting = pod({
    restartCount: 1,
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
    lastState: { terminated: OOM_KILLED },
  });
  const again = pod({
    restartCount: 1,
    state: { running: { startedAt: '2026-11-24T20:39:25Z' } },
    lastState: { terminated: OOM_KILLED },
  });
  expect(told(pod(RUNNING), killed, waiting, again)).toEqual(['OOMKilled', 'BackOff', 'Started']);
  expect(podChanges(pod(RUNNING), killed)[0]).toMatchObject({ app: 'backend', exitCode: 137 });
});

it('two kills are reported as two, even if the pod was not seen in between', () => {
  const once = pod({ restartCount: 1, ...RUNNING, lastState: { terminated: OOM_KILLED } });
  const second = { ...OOM_KILLED, containerID: 'containerd://other', finishedAt: '2026-11-24T20:39:40Z' };
  const twice = pod({ restartCount: 2, ...RUNNING, lastState: { terminated: second } });
  expect(told(pod(RUNNING), once, twice)).toEqual(['OOMKilled', 'OOMKilled']);
});

test.each([
  [{ exitCode: 137, reason: 'OOMKilled' }, true],
  [{ exitCode: 137, reason: 'Error' }, false],
  [{ exitCode: 1, reason: 'OOMKilled' }, false],
])('%j is an OOM kill: %j', (terminated, expected) => {
  expect(isOomKill(terminated)).toBe(expected);
});

it.each([
  [0, 'Completed'],
  [1, 'Error'],
  [137, 'Error'],
])('a container that ends with %d is reported as %s', (exitCode, reason) => {
  const ended = pod({ state: { terminated: { ...OOM_KILLED, reason: 'Error', exitCode } } });
  expect(told(pod(RUNNING), ended)).toEqual([reason]);
});

it.each([
  [
    'by the eviction API',
    { conditions: [disruption('EvictionByEvictionAPI', 'Eviction API: evicting')] },
    'EvictionByEvictionAPI: Eviction API: evicting',
  ],
  [
    'for a taint',
    { conditions: [disruption('DeletionByTaintManager', 'Taint manager: deleting')] },
    'DeletionByTaintManager: Taint manager: deleting',
  ],
  [
    'by the kubelet of an old cluster, without a condition',
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
    'Evicted: The node was low on resource: memory.',
  ],
])("a pod evicted %s is reported once, in the cluster's words", (_, status, message) => {
  const evicted = pod(RUNNING, status);
  const all = [...podChanges(pod(RUNNING), evicted), ...podChanges(evicted, evicted)];
  expect(all.filter(({ reason }) => reason === 'Evicted')).toEqual([
    expect.objectContaining({ app: 'backend', message }),
  ]);
});

function disruption(reason: string, message: string) {
  return { type: 'DisruptionTarget', status: 'True', reason, message };
}

it("events of the cluster about the lab's pods and workloads are passed on, and no others", () => {
  const pods = new Map([['backend-1', pod()]]);
  const unhealthy = event('Unhealthy', 'backend-1', 'Readiness probe failed: timeout');
  expect(toldByCluster(unhealthy, pods)).toMatchObject({ app: 'backend', reason: 'Unhealthy' });
  const evicted = event('Evicted', 'backend-1', 'Pod ephemeral local storage usage exceeds 256Mi.');
  expect(toldByCluster(evicted, pods)).toMatchObject({ app: 'backend', reason: 'Evicted' });
  const rescale = event('SuccessfulRescale', 'backend', 'New size: 2', 'HorizontalPodAutoscaler');
  expect(toldByCluster(rescale, pods)).toMatchObject({ pod: 'backend', reason: 'SuccessfulRescale' });
  const killed = event('Killing', 'backend-1', 'Container backend failed liveness probe, will be restarted');
  expect(toldByCluster(killed, pods)).toMatchObject({ reason: 'Killing', failedProbe: 'liveness' });
  const stopped = toldByCluster(event('Killing', 'backend-1', 'Stopping container backend'), pods);
  expect(stopped).not.toHaveProperty('failedProbe');
  expect(toldByCluster(event('Unhealthy', 'load-xyz', 'of another pod'), pods)).toBeUndefined();
  expect(toldByCluster(event('Pulled', 'backend-1', 'nothing of note'), pods)).toBeUndefined();
});
