import fc from 'fast-check';
import type { Claim, Experiment } from '../../lab/model/experiment';
import { LiveArm, tellRecording, thinned } from '../../lab/watch/arm';
import { drawingOf } from '../../lab/watch/charts';
import type { FramesMessage, PageEvent } from '../../lab/watch/protocol';
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
