import type { TelemetryEvent } from '../../lab/model/events';
import { Recording } from '../../lab/recording/recording';
import { pathOf } from '../../lab/verdict/harm/path';
import { RUN_EVENT } from '../support/run-event';

const FAILURES = 'http_request_stage_failures_total';

/** Two pods, in each of which a counter of the route grows by a number in ten seconds. */
function recordingOf(name: string, labels: Record<string, string>, growth: number): Recording {
  const pods = ['backend-1', 'backend-2'];
  const events: TelemetryEvent[] = [
    structuredClone(RUN_EVENT),
    { type: 'phase', t: 0, name: 'load' },
    ...pods.map((pod, id) => ({
      type: 'series' as const,
      t: 0,
      id,
      name,
      labels: { app: 'backend', pod, route: '/api/price', ...labels },
    })),
    { type: 'scrape', t: 0, values: pods.map((_, id) => [id, 0] as [number, number]) },
    { type: 'scrape', t: 10_000, values: pods.map((_, id) => [id, growth] as [number, number]) },
  ];
  return Recording.of(events);
}

describe('the path of harmed requests', () => {
  const harm = {
    route: '/api/price',
    kind: 'fast error' as const,
    times: [{ from: 0, to: 10_000 }],
    requests: 20,
    of: 20,
  };

  it('counts the failures of several replicas once each', () => {
    const recording = recordingOf(FAILURES, { stage: 'query', reason: '42P01' }, 3);
    expect(pathOf(harm, recording).failures?.get('query')).toEqual({ share: 0.3, reason: '42P01' });
  });

  it('counts what a defence of several replicas refused once each', () => {
    const recording = recordingOf('requests_shed_total', { reason: 'bulkhead' }, 5);
    expect(pathOf(harm, recording).failures?.get('bulkhead')?.share).toBe(0.5);
  });
});
