import { labelled } from '../../../lab/engine/kubernetes/labelled';
import { isAlive, type Lease } from '../../../lab/engine/kubernetes/namespace';
import { failOnHopeless, missing } from '../../../lab/engine/kubernetes/readiness';
import { event, OOM_KILLED, pod, RUNNING } from './pods';

const BACKEND = [{ name: 'backend', pods: 1 }];
const unready = (state: object, more: object = {}) =>
  pod(
    { ready: false, state, ...more },
    { phase: 'Pending', conditions: [{ type: 'Ready', status: 'False' }] },
  );

it('nothing is missing once every workload has all its pods ready', () => {
  expect(missing(BACKEND, [pod(RUNNING)], [])).toEqual([]);
  expect(missing([{ name: 'backend', pods: 2 }], [pod(RUNNING)], [])).toEqual([
    'backend: 1 of 2 pods not created',
  ]);
});

it('a missing pod is reported in the words of the scheduler or the kubelet', () => {
  const unscheduled = pod(
    { ready: false },
    {
      phase: 'Pending',
      containerStatuses: [],
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes: insufficient cpu',
        },
      ],
    },
  );
  expect(missing(BACKEND, [unscheduled], [])[0]).toContain('Unschedulable: 0/1 nodes: insufficient cpu');
  const probed = pod({ ready: false, ...RUNNING }, { conditions: [] });
  const warning = event('Unhealthy', probed.metadata.name, 'Startup probe failed: connection refused');
  expect(missing(BACKEND, [probed], [warning])[0]).toContain('Startup probe failed');
});

test.each([
  ['ImagePullBackOff', 'Back-off pulling image "nowhere/backend:1"', /images/],
  ['CreateContainerConfigError', 'secret "postgres" not found', /Secret/],
])("%s ends the wait at once, with the kubelet's message and what to do", (reason, message, hint) => {
  expect(() => failOnHopeless([unready({ waiting: { reason, message } })], [], BACKEND)).toThrow(
    expect.objectContaining({
      kind: 'environment',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(hint),
    }),
  );
});

it('the wait continues while a busy kubelet fetches a Secret', () => {
  const message = 'failed to sync secret cache: timed out waiting for the condition';
  const waiting = { reason: 'CreateContainerConfigError', message };
  expect(() => failOnHopeless([unready({ waiting })], [], BACKEND)).not.toThrow();
});

it('the wait survives one crash at the start, but not a repeated one', () => {
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s' };
  const crashed = (restartCount: number) => [
    unready(
      { waiting },
      { restartCount, lastState: { terminated: { ...OOM_KILLED, reason: 'Error', exitCode: 2 } } },
    ),
  ];
  expect(() => failOnHopeless(crashed(1), [], BACKEND)).not.toThrow();
  expect(() => failOnHopeless(crashed(2), [], BACKEND)).toThrow(/CrashLoopBackOff.*last ended with Error 2/);
});

it('the wait ends if a quota or Pod Security prevents the creation of pods', () => {
  const refused = event('FailedCreate', 'backend-8658c56f8', 'exceeded quota: small', 'ReplicaSet');
  expect(() => failOnHopeless([], [refused], BACKEND)).toThrow(/exceeded quota/);
});

it("the run's mark is on the object, its pods and its volume claims, and changes no selector", () => {
  const selector = { matchLabels: { app: 'postgres' } };
  const object = labelled(
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'postgres' },
      spec: {
        selector,
        template: { metadata: { labels: { app: 'postgres' } } },
        volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      },
    },
    'run-1',
  );
  const mark = { 'backend-under-load/run': 'run-1' };
  expect(object).toMatchObject({
    metadata: { labels: mark },
    spec: {
      template: { metadata: { labels: { app: 'postgres', ...mark } } },
      volumeClaimTemplates: [{ metadata: { name: 'data', labels: mark } }],
    },
  });
  expect((object.spec as { selector: unknown }).selector).toEqual(selector);
});

it('a renewed lease distinguishes a living run from a dead one', () => {
  const lease = { spec: { renewTime: '2026-11-24T20:00:00.000000Z', leaseDurationSeconds: 40 } } as Lease;
  const at = (seconds: number) => Date.parse('2026-11-24T20:00:00Z') + seconds * 1000;
  expect(isAlive(lease, at(39))).toBe(true);
  expect(isAlive(lease, at(41))).toBe(false);
});
