import type { Sample } from '../../lab/model/engine';
import type { TelemetryEvent } from '../../lab/model/events';
import { increase, Recording } from '../../lab/recording/recording';
import { Sampler } from '../../lab/run/sampler';

/** Records a system that returns these scrapes in turn, a second apart, the first at 0 ms. */
async function record(scrapes: Sample[][]): Promise<TelemetryEvent[]> {
  const events: TelemetryEvent[] = [];
  let t = 0;
  const scrape = async () => ({ samples: scrapes[t / 1000] ?? [], failed: {} });
  const epochMs = () => 1_700_000_000_000 + t;
  const sampler = new Sampler(
    { scrape },
    (event) => events.push(event),
    () => t,
    epochMs,
  );
  for (; t < scrapes.length * 1000; t += 1000) await sampler.sample(1000);
  return events;
}

const cpu = (value: number, measuredAt: number): Sample => ({
  name: 'container_cpu_usage_seconds_total',
  labels: { pod: 'backend-1' },
  value,
  measuredAt: 1_700_000_000_000 + measuredAt,
});

const seriesOf = (events: TelemetryEvent[]) =>
  Recording.of(events).find('container_cpu_usage_seconds_total')[0]!;

it('a value with a measurement time is recorded once, at that time', async () => {
  const events = await record([
    [cpu(1, -4000)],
    [cpu(1, -4000)],
    [cpu(1, -4000)],
    [cpu(8, 2500)],
    [cpu(8, 2500)],
  ]);
  expect(seriesOf(events)).toMatchObject({ times: [-4000, 2500], values: [1, 8] });
  const recorded = events.flatMap((event) => (event.type === 'scrape' ? (event.timed ?? []) : []));
  expect(recorded).toHaveLength(2);
});

it('a repeated equal value is recorded too, because it shows that nothing grew', async () => {
  const events = await record([[cpu(1, -4000)], [cpu(1, 900)], [cpu(4, 1900)]]);
  const series = seriesOf(events);
  expect(increase(series, 0, 900)).toBe(0);
  expect(increase(series, 900, 1900)).toBe(3);
});

it('a counter is unknown after its last measurement', async () => {
  const events = await record([[cpu(1, 0)], [cpu(2, 1000)], [cpu(2, 1000)], [cpu(2, 1000)]]);
  expect(increase(seriesOf(events), 0, 3000)).toBe(1);
});
