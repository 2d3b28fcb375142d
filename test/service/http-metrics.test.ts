import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { HttpMetrics } from '../../service/http-metrics';

const BUCKETS = [0.001, 0.01, 0.1, 1];

test("the output equals that of prom-client's histogram for any observations", async () => {
  const observation = fc.record({
    method: fc.constantFrom('GET', 'POST'),
    route: fc.constantFrom('/a', '/b'),
    status: fc.constantFrom(200, 503),
    seconds: fc.oneof(fc.constantFrom(...BUCKETS), fc.double({ min: 0, max: 3, noNaN: true })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(observation), async (observations) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const http = new HttpMetrics(ours, BUCKETS);
      const histogram = new Histogram({
        name: 'http_request_duration_seconds',
        help: 'help',
        labelNames: ['method', 'route', 'status'],
        buckets: BUCKETS,
        registers: [theirs],
      });
      for (const { method, route, status, seconds } of observations) {
        http.route(route).observe(method, status, seconds);
        histogram.observe({ method, route, status }, seconds);
      }
      expect(await samples(ours)).toEqual(await samples(theirs));
    }),
    { numRuns: 50 },
  );
});

/** The lines of the histogram, with labels in alphabetical order. */
async function samples(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  return text
    .split('\n')
    .filter((line) => line.startsWith('http_request_duration_seconds'))
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join(',')}}`))
    .sort();
}
