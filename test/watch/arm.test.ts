import fc from 'fast-check';
import type { TelemetryEvent } from '../../lab/model/events';
import type { Claim, Experiment } from '../../lab/model/experiment';
import { Recording } from '../../lab/recording/recording';
import { committedRecordings } from '../../lab/run/catalogue';
import { judgeRun } from '../../lab/run/judge-run';
import { LiveArm, tellRecording, thinned } from '../../lab/watch/arm';
import { drawingOf } from '../../lab/watch/charts';
import type { FramesMessage, PageEvent } from '../../lab/watch/protocol';
import { eventsOf as pageEventsOf } from '../../lab/watch/replay';
import { eventsOf, evidenceOf, recordingOf, type Second } from '../verdict/synthetic';

const SECONDS: Second[] = Array.from({ length: 20 }, (_, index) => ({
  ok: 20 - index,
  offered: 20,
  latencyMs: 10 * (index + 1),
  ...(index > 10 && { failed: { outcome: 'timeout' as const, count: index } }),
  metrics: { container_cpu_usage_seconds_total: index * 0.4, kube_pod_container_resource_limits: 0.5 },
  ...(index === 12 && { pods: [{ reason: 'OOMKilled' as const, app: 'backend' }] }),
}));

const CLAIMS: Claim[] = [
  { id: 'slow', says: 's', because: 'b', signal: 'latency_p95', take: 'max', is: '>=', threshold: 100 },
  { id: 'early', says: 's', because: 'b', signal: 'latency_p50', during: [0, 0.25], is: '<', threshold: 100 },
  { id: 'all', says: 's', because: 'b', signal: 'error_share', is: '>=', threshold: 0.1 },
];

function told(
  tell: 'live' | 'recorded',
  seconds = SECONDS,
  experiment: Partial<Experiment> = {},
): PageEvent[] {
  const evidence = evidenceOf(seconds, { claims: CLAIMS, ...experiment });
  const { curves } = drawingOf(evidence.experiment);
  const sent: PageEvent[] = [];
  const to = {
    arm: 'default',
    title: 'default',
    evidence,
    curves,
    send: (e: PageEvent) => void sent.push(e),
  };
  if (tell === 'recorded') tellRecording(to, recordingOf(seconds));
  else {
    const arms = new Map();
    const arm = new LiveArm({ ...to, evidence: { ...evidence, arms } }, arms);
    eventsOf(seconds).forEach(arm.listen);
  }
  return sent;
}

/** The last reported value of each curve at each second. */
function valuesOf(sent: PageEvent[]): Map<string, number | null> {
  const values = new Map<string, number | null>();
  for (const event of sent) {
    if (event.type !== 'frames') continue;
    event.seconds.forEach((second, row) =>
      event.columns.forEach((column, curve) => values.set(`${curve} at ${second}`, column[row] ?? null)),
    );
  }
  return values;
}

const ofType = <T extends PageEvent['type']>(sent: PageEvent[], type: T) =>
  sent.filter((event) => event.type === type) as Extract<PageEvent, { type: T }>[];

test('a live run and its replay send the page the same values', () => {
  const [live, recorded] = [valuesOf(told('live')), valuesOf(told('recorded'))];
  expect(live.size).toBeGreaterThan(400);
  // A pod is reported from its first event on, which is late in this synthetic run.
  for (const [at, value] of live) expect([at, recorded.get(at)]).toEqual([at, value]);
});

test('each second is sent once, as soon as it is completely recorded', () => {
  const seconds = ofType(told('live'), 'frames').flatMap((frames) => frames.seconds);
  expect(seconds).toEqual(Array.from({ length: 21 }, (_, second) => second));
});

test('late requests correct the second that they belong to', () => {
  const events = eventsOf(SECONDS.slice(0, 5));
  const late = events.findIndex(({ type, t }) => type === 'requests' && t === 4000);
  const [event] = events.splice(late, 1);
  events.splice(events.findIndex(({ type, t }) => type === 'host' && t === 5000) + 1, 0, event!);
  const evidence = evidenceOf(SECONDS);
  const { curves } = drawingOf(evidence.experiment);
  const sent: PageEvent[] = [];
  const arms = new Map();
  const send = (message: PageEvent): void => void sent.push(message);
  const arm = new LiveArm({ arm: 'default', title: '', evidence: { ...evidence, arms }, curves, send }, arms);
  events.forEach(arm.listen);
  const goodput = curves.findIndex(({ signal }) => signal === 'goodput');
  expect(valuesOf(sent).get(`${goodput} at 2`)).toBe(19);
  expect(ofType(sent, 'frames').filter(({ seconds }) => seconds.includes(2))).toHaveLength(2);
});

test('the kill of a pod is sent as it happens', () => {
  const [kill] = ofType(told('live'), 'event').filter(
    ({ event }) => event.type === 'pod' && event.reason === 'OOMKilled',
  );
  expect(kill?.event).toMatchObject({ pod: 'backend-1', t: 15_000 });
});

test.each(['live', 'recorded'] as const)('%s: a claim is reported as soon as its result is final', (way) => {
  const decided = ofType(told(way), 'finding').map(({ second, finding }) => [
    finding.id,
    second,
    finding.result,
  ]);
  expect(decided).toEqual([
    ['early', 5, 'held'],
    ['slow', 10, 'held'],
    ['all', 20, 'held'],
  ]);
});

test('the work per second does not grow with the length of the run', () => {
  const seconds = Array.from({ length: 400 }, (): Second => ({ ok: 1, offered: 1 }));
  const asked: number[] = [];
  const events = eventsOf(seconds);
  const evidence = evidenceOf(seconds);
  const { curves } = drawingOf(evidence.experiment);
  const arms = new Map();
  const arm = new LiveArm(
    {
      arm: 'default',
      title: '',
      evidence: { ...evidence, arms },
      curves,
      send: (e) => e.type === 'frames' && asked.push(e.seconds.length),
    },
    arms,
  );
  events.forEach(arm.listen);
  expect(Math.max(...asked)).toBeLessThanOrEqual(2);
});

test('a long run is sent in fewer rows without losing a peak or a gap', () => {
  const values = fc.array(fc.option(fc.integer({ min: 0, max: 1000 }), { freq: 10 }), {
    minLength: 1,
    maxLength: 500,
  });
  fc.assert(
    fc.property(values, fc.integer({ min: 2, max: 100 }), (column, mostRows) => {
      const frames: FramesMessage = {
        type: 'frames',
        arm: 'default',
        seconds: column.map((_, second) => second),
        columns: [column],
      };
      const { seconds, columns } = thinned(frames, mostRows);
      const known = (all: (number | null)[]): number[] => all.filter((value) => value !== null);
      expect(seconds.length).toBeLessThanOrEqual(mostRows + 1);
      expect(columns[0]).toHaveLength(seconds.length);
      expect([...seconds].sort((a, b) => a - b)).toEqual(seconds);
      expect(Math.max(...known(columns[0]!))).toBe(Math.max(...known(column)));
      expect(Math.min(...known(columns[0]!))).toBe(Math.min(...known(column)));
    }),
  );
});

/** Reports of the load generator that come a little before or after their second, as real ones do. */
function jittered(seconds: Second[], by: number[]): TelemetryEvent[] {
  const isReport = ({ type }: TelemetryEvent): boolean => type === 'requests' || type === 'load';
  let index = 0;
  return eventsOf(seconds)
    .map((event) => {
      if (!isReport(event)) return event;
      const shift = by[index % by.length]!;
      if (event.type === 'load') index++;
      return { ...event, t: event.t + shift } as TelemetryEvent;
    })
    .sort((a, b) => a.t - b.t);
}

test('a second counts one report of the load generator, early or late by some milliseconds', () => {
  const steady = Array.from({ length: 12 }, (): Second => ({ ok: 40, offered: 50 }));
  const recording = Recording.of(jittered(steady, [-3, 4, 2, -1, 0]));
  const evidence = evidenceOf(steady);
  const { curves } = drawingOf(evidence.experiment);
  const sent: PageEvent[] = [];
  const send = (event: PageEvent): void => void sent.push(event);
  tellRecording({ arm: 'default', title: '', evidence, curves, send }, recording);
  const [frames] = ofType(sent, 'frames');
  const column = (name: string) =>
    frames!.columns[curves.findIndex(({ signal }) => signal === name)]!.slice(1);
  expect(new Set(column('offered_rate'))).toEqual(new Set([50]));
  expect(new Set(column('request_rate'))).toEqual(new Set([40]));
  expect(new Set(column('goodput'))).toEqual(new Set([40]));
});

test('a live run with such reports decides the same claims in the same seconds as its replay', () => {
  const events = jittered(SECONDS, [-3, 4, 2, -1]);
  const evidence = evidenceOf(SECONDS, { claims: CLAIMS });
  const { curves } = drawingOf(evidence.experiment);
  const live: PageEvent[] = [];
  const arms = new Map();
  const arm = new LiveArm(
    { arm: 'default', title: '', evidence: { ...evidence, arms }, curves, send: (e) => void live.push(e) },
    arms,
  );
  events.forEach(arm.listen);
  const recorded: PageEvent[] = [];
  const send = (event: PageEvent): void => void recorded.push(event);
  tellRecording({ arm: 'default', title: '', evidence, curves, send }, Recording.of(events));
  const decided = (sent: PageEvent[]) =>
    ofType(sent, 'finding').map(({ second, finding }) => [finding.id, second, finding.result]);
  expect(decided(live)).toEqual(decided(recorded));
  expect(decided(live)).toHaveLength(3);
  const [first, second] = [valuesOf(live), valuesOf(recorded)];
  for (const [at, value] of first) expect([at, second.get(at)]).toEqual([at, value]);
});

test('a second without its report has no number of requests', () => {
  const events = eventsOf(SECONDS.slice(0, 5));
  const cut = events.findLastIndex(({ type }) => type === 'load');
  const kept = events.filter((event, index) => {
    const isLast = event.type === 'requests' && event.t === events[cut]!.t;
    return index !== cut && !isLast && event.type !== 'phase' && event.type !== 'end';
  });
  const evidence = evidenceOf(SECONDS);
  const { curves } = drawingOf(evidence.experiment);
  const sent: PageEvent[] = [];
  const send = (event: PageEvent): void => void sent.push(event);
  const recording = Recording.of([events[0]!, { type: 'phase', t: 2000, name: 'load' }, ...kept.slice(1)]);
  tellRecording({ arm: 'default', title: '', evidence, curves, send }, recording);
  const goodput = curves.findIndex(({ signal }) => signal === 'goodput');
  expect(valuesOf(sent).get(`${goodput} at 4`)).toBe(17);
  expect(valuesOf(sent).get(`${goodput} at 5`)).toBeNull();
});

test('a live run ends on the page where its replay ends, whatever takes the system down', () => {
  const events = eventsOf(SECONDS.slice(0, 6));
  const end = events.at(-1)!;
  const down: TelemetryEvent = {
    type: 'pod',
    t: end.t + 700,
    pod: 'backend-1',
    app: 'backend',
    reason: 'Killing',
    message: 'Stopping container backend',
  };
  const host = { type: 'host', t: end.t + 2000, cores: 2, busy: 0, steal: 0, labDelayMs: 0 } as const;
  const all: TelemetryEvent[] = [
    ...events.slice(0, -1),
    down,
    host,
    { ...end, t: end.t + 5000 } as TelemetryEvent,
  ];
  const evidence = evidenceOf(SECONDS);
  const { curves } = drawingOf(evidence.experiment);
  const [live, recorded]: PageEvent[][] = [[], []];
  const arms = new Map();
  const to = { arm: 'default', title: '', evidence: { ...evidence, arms }, curves };
  const arm = new LiveArm({ ...to, send: (event) => void live!.push(event) }, arms);
  all.forEach(arm.listen);
  tellRecording({ ...to, send: (event) => void recorded!.push(event) }, Recording.of(all));
  const lastOf = (sent: PageEvent[]): number =>
    Math.max(...ofType(sent, 'frames').flatMap(({ seconds }) => seconds));
  expect(lastOf(live!)).toBe(6);
  expect(lastOf(recorded!)).toBe(6);
  for (const sent of [live!, recorded!]) {
    expect(ofType(sent, 'event').filter(({ event }) => event.type === 'pod')).toEqual([]);
  }
});

test('each arm has findings of its own', () => {
  const recording = recordingOf(SECONDS);
  const calm = recordingOf(SECONDS.map((second) => ({ ...second, latencyMs: 1 })));
  const evidence = {
    ...evidenceOf(SECONDS, { claims: CLAIMS }),
    arms: new Map([
      ['default', recording],
      ['calm', calm],
    ]),
  };
  const { curves } = drawingOf(evidence.experiment);
  const sent: PageEvent[] = [];
  const send = (event: PageEvent): void => void sent.push(event);
  for (const [arm, each] of evidence.arms) tellRecording({ arm, title: arm, evidence, curves, send }, each);
  const results = ofType(sent, 'finding').map(({ arm, finding }) => `${arm} ${finding.id} ${finding.result}`);
  expect(results).toEqual(expect.arrayContaining(['default slow held', 'calm slow refuted']));
});

describe.each(committedRecordings())('in every second of %s', (file) => {
  const report = judgeRun(file);
  const { curves } = drawingOf(report.evidence.experiment);
  const frames = pageEventsOf(report, 'replay').filter((event) => event.type === 'frames');

  it('no more requests are good than end', () => {
    for (const { columns } of frames) {
      for (const role of ['aggressor', 'victim', 'control']) {
        const column = (name: string) =>
          columns[curves.findIndex(({ signal, role: whose }) => signal === name && whose === role)] ?? [];
        const ended = column('request_rate');
        column('goodput').forEach((good, row) => expect(good ?? 0).toBeLessThanOrEqual(ended[row] ?? 0));
      }
    }
  });
});

test('a constant rate is offered in every second of a real recording', () => {
  const file = committedRecordings().find((name) => name.includes('cpu-stress'))!;
  const report = judgeRun(file);
  const { curves } = drawingOf(report.evidence.experiment);
  const [frames] = pageEventsOf(report, 'replay').filter((event) => event.type === 'frames');
  const column = frames!.columns[curves.findIndex(({ signal }) => signal === 'offered_rate')]!;
  expect(new Set(column.slice(1, 18))).toEqual(new Set([50]));
});
