import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ContentionQueue } from './contention-queue';

/** From a local call to a client's usual timeout. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

export function createMetrics(queue: ContentionQueue) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const histogram = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Histogram({ name, help, labelNames, buckets: SECONDS_BUCKETS, registers: [registry] });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });

  gauge('downstream_active', 'Calls that are worked on.', () => queue.active);
  gauge('downstream_slots', 'Limit of calls that are worked on at once.', () => queue.slots);
  gauge('downstream_queued', 'Calls that wait for a slot.', () => queue.queued);
  return {
    registry,
    serviceSeconds: histogram('downstream_service_seconds', 'Service time of calls, without their wait.', []),
    requestSeconds: histogram('http_request_duration_seconds', 'Duration of requests.', [
      'method',
      'route',
      'status',
    ]),
    requestsInFlight: new Gauge({
      name: 'http_requests_in_flight',
      help: 'Requests that have no response yet.',
      labelNames: ['route'],
      registers: [registry],
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
