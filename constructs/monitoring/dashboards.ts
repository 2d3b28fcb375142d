import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { sharedBy } from '../shared';
import { dashboards } from './generated';

/** The label that Grafana's sidecar looks for in common installations. */
const FOUND_BY = { grafana_dashboard: '1' };

/** The ConfigMap of a dashboard by the dashboard's name. */
export function dashboardName(namePrefix: string, name: string): string {
  return `${namePrefix}dashboard-${name}`;
}

/** A ConfigMap for each dashboard. */
export class Dashboards extends Construct {
  constructor(scope: Construct, id: string, namespace: string) {
    super(scope, id);
    const { namePrefix } = sharedBy(this);
    for (const [name, text] of dashboards(namePrefix)) {
      new k8s.KubeConfigMap(this, name, {
        metadata: { name: dashboardName(namePrefix, name), namespace, labels: FOUND_BY },
        data: { [`${name}.json`]: text },
      });
    }
  }
}
