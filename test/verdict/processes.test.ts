import type { PodReason, TelemetryEvent } from '../../lab/model/events';
import { Recording } from '../../lab/recording/recording';
import { signal } from '../../lab/verdict/signals';
import { RUN_EVENT } from '../support/run-event';

const POD = 'backend-1';

interface Second {
  /** The counter of CPU seconds, if it was read. */
  cpu?: number;
  /** The pod did not answer the scrape for so long. */
  silentMs?: number;
  reason?: PodReason;
}

/** A recording of one pod, a scrape a second. */
function recordingOf(seconds: Second[]): Recording {
  const events: TelemetryEvent[] = [
    structuredClone(RUN_EVENT),
    { type: 'phase', t: 0, name: 'load' },
    {
      type: 'series',
      t: 0,
      id: 1,
      name: 'container_cpu_usage_seconds_total',
      labels: { app: 'backend', pod: POD },
    },
    { type: 'pod', t: 0, pod: POD, app: 'backend', reason: 'Started', message: '' },
  ];
  let last: number | undefined;
  seconds.forEach(({ cpu, silentMs, reason }, index) => {
    const t = (index + 1) * 1000;
    if (reason) events.push({ type: 'pod', t, pod: POD, app: 'backend', reason, message: '' });
    const failed = silentMs !== undefined && { failed: { [POD]: `no answer within ${silentMs} ms` } };
    // As the recorder writes it: only what changed.
    const values: [number, number][] = cpu === undefined || cpu === last ? [] : [[1, cpu]];
    last = cpu ?? last;
    events.push({ type: 'scrape', t, values, ...failed });
  });
  const t = seconds.length * 1000;
  events.push({ type: 'phase', t, name: 'cooldown' }, { type: 'end', t, reason: 'completed' });
  return Recording.of(events);
}

const standstill = (seconds: Second[]): number | undefined => {
  const recording = recordingOf(seconds);
  return signal('standstill').valueIn(recording, { app: 'backend' }, 0, recording.until);
};

const running = (from: number, count: number): Second[] =>
  Array.from({ length: count }, (_, index) => ({ cpu: from + index * 0.1 }));

describe('the standstill of a container', () => {
  it('is the longest time in which its CPU counter did not move', () => {
    const still = Array.from({ length: 4 }, () => ({ cpu: 0.4 }));
    expect(standstill([...running(0, 5), ...still, ...running(0.5, 5)])).toBe(4);
  });

  it('is zero for a container that uses a little CPU all the time', () => {
    expect(standstill(running(0, 12))).toBe(0);
  });

  it('does not count the time after its end', () => {
    const dead: Second[] = [{ cpu: 0.4, reason: 'Error' }, {}, {}, {}, {}];
    expect(standstill([...running(0, 5), ...dead])).toBe(1);
  });

  it('includes unanswered scrapes of a container that was not busy', () => {
    const silent: Second[] = [{}, {}, { cpu: 0.41, silentMs: 2000 }, {}, { cpu: 0.41, silentMs: 2000 }];
    // A second without any change, and four without an answer.
    expect(standstill([...running(0, 5), ...silent, ...running(0.5, 3)])).toBe(5);
  });

  it('excludes unanswered scrapes of a busy container', () => {
    const busy: Second[] = [
      { cpu: 0.9 },
      { cpu: 1.4, silentMs: 2000 },
      { cpu: 1.9 },
      { cpu: 2.4, silentMs: 2000 },
    ];
    expect(standstill([...running(0, 5), ...busy])).toBe(0);
  });

  it('is not known without measurements of the CPU', () => {
    expect(standstill([{}, {}])).toBeUndefined();
  });
});
