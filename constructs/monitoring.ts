import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { appLabels, selectorLabels } from './labels';
import type { LabProps } from './schema';

/** A ServiceMonitor for each app that serves /metrics; for clusters with the Prometheus operator. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id);
    const { scrapeIntervalSeconds } = props.monitoring;
    for (const app of ['backend', 'downstream'] as const) {
      new ApiObject(this, app, {
        apiVersion: 'monitoring.coreos.com/v1',
        kind: 'ServiceMonitor',
        metadata: { name: app, labels: appLabels(app, props[app].image) },
        spec: {
          selector: { matchLabels: selectorLabels(app) },
          endpoints: [
            {
              port: 'http', // the name of the Service's port: a number would select nothing
              path: '/metrics',
              interval: `${scrapeIntervalSeconds}s`,
              scrapeTimeout: `${Math.min(10, scrapeIntervalSeconds)}s`, // may not exceed the interval
            },
          ],
        },
      });
    }
  }
}
