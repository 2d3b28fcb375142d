import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { appLabels, selectorLabels } from '../labels';
import type { LabProps } from '../schema';
import { smaller } from '../values';
import { alertRules } from './generated';

const API_VERSION = 'monitoring.coreos.com/v1';

/**
 * For clusters with the Prometheus operator: a ServiceMonitor for each app that serves /metrics, and the
 * alerts.
 */
export class OperatorMonitoring extends Construct {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id);
    const { scrapeIntervalSeconds, serviceMonitorLabels } = props.monitoring;
    for (const app of ['backend', 'downstream'] as const) {
      new ApiObject(this, app, {
        apiVersion: API_VERSION,
        kind: 'ServiceMonitor',
        metadata: { name: app, labels: { ...serviceMonitorLabels, ...appLabels(app, props[app].image) } },
        spec: {
          selector: { matchLabels: selectorLabels(app) },
          endpoints: [
            {
              port: 'http', // the name of the Service's port: a number would select nothing
              path: '/metrics',
              interval: `${scrapeIntervalSeconds}s`,
              scrapeTimeout: `${smaller(10, scrapeIntervalSeconds)}s`, // may not exceed the interval
            },
          ],
        },
      });
    }
    new ApiObject(this, 'rules', {
      apiVersion: API_VERSION,
      kind: 'PrometheusRule',
      metadata: { name: 'backend-under-load', labels: { ...serviceMonitorLabels } },
      spec: alertRules(props.namespace),
    });
  }
}
