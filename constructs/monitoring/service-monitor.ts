import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { appLabels, selectorLabels, type Identity, type Image } from '../labels';
import { Optional } from '../optional';
import { sharedBy } from '../shared';
import { equals, smaller, unlessEmpty } from '../values';
import { OPERATOR_API } from './operator';

/** For clusters with the Prometheus operator: what to scrape of an app that serves /metrics. */
export class ServiceMonitor extends Construct {
  constructor(scope: Construct, id: string, { identity, image }: { identity: Identity; image: Image }) {
    super(scope, id);
    const { mode, scrapeIntervalSeconds, serviceMonitorLabels, relabelings, metricRelabelings } =
      sharedBy(this).monitoring;
    new Optional(this, 'operator', equals(mode, 'operator'), (within) => {
      new ApiObject(within, 'monitor', {
        apiVersion: OPERATOR_API,
        kind: 'ServiceMonitor',
        metadata: {
          name: identity.objectName,
          labels: { ...serviceMonitorLabels, ...appLabels(identity, image) },
        },
        spec: {
          selector: { matchLabels: selectorLabels(identity) },
          endpoints: [
            {
              port: 'http', // the name of the Service's port: a number would select nothing
              path: '/metrics',
              interval: `${scrapeIntervalSeconds}s`,
              scrapeTimeout: `${smaller(10, scrapeIntervalSeconds)}s`, // may not exceed the interval
              relabelings: unlessEmpty(relabelings),
              metricRelabelings: unlessEmpty(metricRelabelings),
            },
          ],
        },
      });
    });
  }
}
