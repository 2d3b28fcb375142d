import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { sharedBy } from '../shared';
import { alertRules } from './generated';

export const OPERATOR_API = 'monitoring.coreos.com/v1';

/** The alerts, for clusters with the Prometheus operator. Each app brings its own ServiceMonitor. */
export class OperatorMonitoring extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { namespace: observed, namePrefix, monitoring } = sharedBy(this);
    new ApiObject(this, 'rules', {
      apiVersion: OPERATOR_API,
      kind: 'PrometheusRule',
      metadata: { name: `${namePrefix}backend-under-load`, labels: { ...monitoring.serviceMonitorLabels } },
      spec: alertRules({ observed, namePrefix, runbookUrl: monitoring.runbookUrl }),
    });
  }
}
