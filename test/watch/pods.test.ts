import { join, resolve } from 'node:path';
import type { PodEvent } from '../../lab/model/events';
import { judgeRun } from '../../lab/run/judge-run';
import { incidentOf, incidentsOf, isKill, podsOf, statusOf, troubleOf } from '../../lab/watch/page/pods';
import { Run } from '../../lab/watch/page/run';
import type { App, SetupMessage, SignalCurve } from '../../lab/watch/protocol';
import { eventsOf } from '../../lab/watch/replay';

const LOADTESTS = resolve(__dirname, '../../loadtests');

const pod = (t: number, reason: PodEvent['reason'], more: Partial<PodEvent> = {}): PodEvent => ({
  type: 'pod',
  t,
  pod: 'backend-1',
  app: 'backend',
  reason,
  message: '',
  ...more,
});
const started = pod(0, 'Started', { restartCount: 0 });

/** The page's knowledge of a committed run. */
function runOf(experiment: string): Run {
  const events = eventsOf(judgeRun(join(LOADTESTS, experiment, 'recordings', 'held')), 'replay');
  const run = new Run(events[0] as SetupMessage);
  for (const event of events) run.tell(event);
  return run;
}

describe('why a pod serves nobody', () => {
  it.each([
    ['an OOM kill', [pod(1, 'OOMKilled', { exitCode: 137 })], 'OOMKilled'],
    [
      'an OOM kill with a back-off',
      [pod(1, 'OOMKilled'), pod(2, 'BackOff')],
      'OOMKilled; waits before it is restarted',
    ],
    [
      'a failed liveness probe',
      [pod(1, 'Killing', { failedProbe: 'liveness' })],
      'killed because its liveness probe failed',
    ],
    [
      'a failed liveness probe, after the exit and with a back-off',
      [pod(1, 'Killing', { failedProbe: 'liveness' }), pod(2, 'Error', { exitCode: 137 }), pod(3, 'BackOff')],
      'killed because its liveness probe failed; waits before it is restarted',
    ],
    ['an exit of its own', [pod(1, 'Error', { exitCode: 1 })], 'ended on its own (exit code 1)'],
    ['an eviction', [pod(1, 'Evicted')], 'evicted'],
    ['a failed readiness probe', [pod(1, 'Ready'), pod(2, 'Unready')], 'not ready: gets no new requests'],
    ['a restart', [pod(1, 'OOMKilled'), pod(2, 'Started', { restartCount: 1 })], 'restarted, not ready yet'],
  ])('%s is told as such', (_, events, says) => {
    expect(troubleOf([started, ...events])).toBe(says);
  });

  it.each([
    ['a ready pod', [pod(1, 'OOMKilled'), pod(2, 'Started', { restartCount: 1 }), pod(3, 'Ready')]],
    ['a pod that is starting', []],
    ['a pod that was asked to stop', [pod(1, 'Ready'), pod(2, 'Killing'), pod(3, 'Completed')]],
  ])('%s is in no trouble', (_, events) => {
    expect(troubleOf([started, ...events])).toBeUndefined();
  });

  it('is not the exit that somebody asked for', () => {
    const events = [started, pod(1, 'Killing', { failedProbe: 'liveness' }), pod(2, 'Error')];
    expect(events.map((event) => incidentOf(event, events)?.sign)).toEqual([
      undefined,
      '✕ liveness probe',
      undefined,
    ]);
  });
});

test('the status of a pod is the one of `kubectl get pods`, and names a failed probe', () => {
  expect(statusOf([started, pod(1, 'Killing', { failedProbe: 'liveness' })])).toBe('liveness probe failed');
  expect(statusOf([started, pod(1, 'Killing')])).toBe('Terminating');
  expect(statusOf([started, pod(1, 'OOMKilled'), pod(2, 'BackOff', { restartCount: 2 })])).toBe(
    'CrashLoopBackOff, 2 restarts',
  );
});

describe('in the committed recordings', () => {
  it('noisy-probe has kills by the liveness probe, and nothing else ends a container', () => {
    const arm = runOf('noisy-probe').judgedArm!;
    const kills = incidentsOf(arm, Infinity).filter(({ incident }) => isKill(incident));
    expect(kills.length).toBeGreaterThanOrEqual(2);
    expect(new Set(kills.map(({ incident }) => incident.sign))).toEqual(new Set(['✕ liveness probe']));
  });

  it('memory-stress has OOM kills, and nothing else ends a container', () => {
    const arm = runOf('memory-stress').judgedArm!;
    const kills = incidentsOf(arm, Infinity).filter(({ incident }) => isKill(incident));
    expect(kills.length).toBeGreaterThanOrEqual(2);
    expect(new Set(kills.map(({ incident }) => incident.kind))).toEqual(new Set(['oom']));
  });

  it.each(['cpu-stress', 'io-stress', 'baseline'])('nothing ends a container of %s', (name) => {
    expect(incidentsOf(runOf(name).judgedArm!, Infinity)).toEqual([]);
  });
});

test('the order of pods is the same, whatever the page learned first', () => {
  const order = (events: PodEvent[]): string[] => {
    const run = new Run({ curves: [] as SignalCurve[], judgedArm: 'default' } as SetupMessage);
    for (const event of events) {
      const curve: SignalCurve = {
        signal: 's',
        title: 's',
        unit: 'share',
        pod: event.pod,
        app: event.app as App,
      };
      run.tell({ type: 'curve', arm: 'default', curve });
      run.tell({ type: 'event', arm: 'default', event });
    }
    return podsOf(run.judgedArm!).map((each) => each.pod);
  };
  const events = [
    pod(1, 'Scheduled', { pod: 'postgres-0', app: 'postgres' }),
    pod(2, 'Scheduled', { pod: 'backend-z' }),
    pod(3, 'Scheduled', { pod: 'backend-a' }),
    pod(3, 'Scheduled', { pod: 'backend-b' }),
    pod(4, 'Scheduled', { pod: 'downstream-1', app: 'downstream' }),
  ];
  const expected = ['backend-z', 'backend-a', 'backend-b', 'downstream-1', 'postgres-0'];
  expect(order(events)).toEqual(expected);
  expect(order([...events].reverse())).toEqual(expected);
});
