import { resolve } from 'node:path';
import type { Prediction } from '../../lab/model/events';
import { Recording } from '../../lab/recording/recording';
import type { Report } from '../../lab/report/report';
import { judgeRun } from '../../lab/run/judge-run';
import { diagnose } from '../../lab/verdict/diagnosis';
import { score, type Mark } from '../../lab/verdict/score';
import { evidenceOf } from './synthetic';

const reports = new Map<string, Report>();
function recorded(name: string): Report {
  const file = resolve(__dirname, '../../loadtests', name, 'recordings', 'held', 'default.jsonl');
  const report = reports.get(name) ?? judgeRun(file);
  reports.set(name, report);
  return report;
}

const CASES: [recording: string, prediction: Prediction, marks: Mark[], says: RegExp][] = [
  [
    'cpu-stress',
    { cause: 'cpu limit', first: 'throttling', at: 2, victim: '/api/cpu-intensive' },
    ['right', 'right', 'right', 'right'],
    /CPU use was at its limit/,
  ],
  ['cpu-stress', { cause: 'memory limit' }, ['wrong'], /no container was OOMKilled.*it was cpu limit/],
  ['cpu-stress', { cause: 'healthy' }, ['wrong'], /something failed; it was cpu limit/],
  ['cpu-stress', { first: 'errors' }, ['wrong'], /the container was throttled, 1 s after/],
  ['cpu-stress', { first: 'nothing' }, ['wrong'], /the container was throttled/],
  ['cpu-stress', { at: 3 }, ['right'], /1 s into a load of 18 s/],
  ['cpu-stress', { at: 5 }, ['close'], /1 s into/],
  ['cpu-stress', { at: 6 }, ['wrong'], /1 s into/],
  ['cpu-stress', { victim: 'nobody' }, ['wrong'], /suffered: \/api\/cpu-intensive/],
  ['cpu-stress', { victim: '/api/unknown' }, ['wrong'], /no such request/],
  ['cascade-failure', { victim: '/api/fast' }, ['wrong'], /unharmed; who suffered: .*\/api\/price/],
  ['cascade-failure', { victim: 'victim' }, ['right'], /\/api\/price/],
  ['cascade-failure', { victim: 'the price route (one quick downstream call)' }, ['right'], /price/],
  ['cascade-failure', { victim: 'control' }, ['wrong'], /unharmed/],
  ['io-stress', { victim: '/api/slow' }, ['wrong'], /unharmed; who suffered: nobody/],
  ['baseline', { cause: 'healthy', first: 'nothing', victim: 'Nobody' }, ['right', 'right', 'right'], /./],
  ['baseline', { at: 3 }, ['wrong'], /no symptom was seen/],
];

describe('the score of a prediction', () => {
  it.each(CASES)('on %s of %j is %j', (name, prediction, marks, says) => {
    const { evidence, verdict } = recorded(name);
    const { parts, right } = score(prediction, evidence, verdict.diagnosis);
    expect(parts.map(({ mark }) => mark)).toEqual(marks);
    expect(parts.map(({ part }) => part)).toEqual(Object.keys(prediction));
    expect(parts[0]?.because).toMatch(says);
    expect(right).toBe(marks.filter((mark) => mark === 'right').length);
  });

  it('stays open if the evidence fits no known cause', () => {
    const evidence = evidenceOf(
      Array.from({ length: 12 }, () => ({
        ok: 1,
        latencyMs: 2000,
        failed: { outcome: 'timeout' as const, count: 9 },
      })),
    );
    const { parts } = score({ cause: 'cpu limit' }, evidence, diagnose(evidence.arms.get('default')));
    expect(parts).toEqual([
      {
        part: 'cause',
        predicted: 'cpu limit',
        mark: 'open',
        because: expect.stringContaining('no known cause'),
      },
    ]);
  });
});

describe('where only requests were measured, the score of a prediction', () => {
  const scored = (latencyMs: number, prediction: Prediction) => {
    const evidence = evidenceOf(Array.from({ length: 12 }, () => ({ ok: 10, latencyMs })));
    const { parts } = score(prediction, evidence, diagnose(evidence.arms.get('default')));
    return parts.map(({ mark, because }) => `${mark}: ${because}`);
  };

  it('stays open for "nothing", for a time, and for a symptom that was not measured', () => {
    const unknown = /^open: no symptom was seen, but not measured: throttling, memory, sockets, pool/;
    const [nothing, at] = scored(10, { first: 'nothing', at: 3 });
    expect(nothing).toMatch(unknown);
    expect(at).toMatch(unknown);
    expect(scored(10, { first: 'pool' })).toEqual(['open: it was not measured; no symptom was seen']);
    expect(scored(2000, { first: 'pool' })[0]).toMatch(/^open: it was not measured; p95 latency exceeded/);
  });

  it('is decided for what was measured', () => {
    expect(scored(10, { first: 'latency' })).toEqual(['wrong: no symptom was seen']);
    expect(scored(2000, { first: 'latency', at: 1 }).map((part) => part.slice(0, 6))).toEqual([
      'right:',
      'right:',
    ]);
    expect(scored(2000, { first: 'nothing' })[0]).toMatch(/^wrong: p95 latency exceeded one second/);
  });
});

describe('a recording', () => {
  it('keeps the first prediction, and ignores any made after the load began', () => {
    const late = Recording.of([
      { type: 'phase', t: 1, name: 'load' },
      { type: 'prediction', t: 2, cause: 'cpu limit' },
    ]);
    expect(late.prediction).toBeUndefined();
    const twice = Recording.of([
      { type: 'prediction', t: 1, cause: 'healthy' },
      { type: 'prediction', t: 1, cause: 'cpu limit' },
      { type: 'phase', t: 1, name: 'load' },
    ]);
    expect(twice.prediction?.cause).toBe('healthy');
  });
});
