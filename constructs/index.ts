import { systemOf, type System } from './app';
import type { KubeObject } from './kube-object';
import type { LabPropsInput } from './props';

export * from './props';
export { runApp, writeManifests, type System } from './app';
export { AppService, type AppServiceProps } from './app-service';
export { Autoscaler, type AutoscalerProps } from './autoscaler';
export { Backend, type BackendProps } from './backend';
export type { DatabaseAddress } from './database-address';
export { DisruptionBudget, type DisruptionBudgetProps } from './disruption-budget';
export { Downstream, type DownstreamProps } from './downstream';
export type { KubeObject } from './kube-object';
export { LabChart } from './lab-chart';
export { identify, type Component, type Identity, type Image } from './labels';
export { BundledMonitoring } from './monitoring/bundled';
export { Dashboards } from './monitoring/dashboards';
export { OperatorMonitoring } from './monitoring/operator';
export { LabNamespace } from './namespace';
export { AppPolicy, DenyByDefault, type AppPolicyProps } from './network-policies';
export { NodeApp, type HttpAddress, type NodeAppProps, type ProbeTimings } from './node-app';
export { Pooler, type PoolerProps } from './pooler';
export { Postgres, type PostgresProps } from './postgres';
export { amounts, env, placementOf, referenceOf, type Resources } from './pod';
export type { Installation } from './shared';

/**
 * The system's objects in the order in which they are applied; the same settings give the same objects.
 * @param system what they are made of. Default: a LabChart.
 * @throws PropsError before anything is made.
 */
export function synthesize(input: LabPropsInput = {}, system?: System): KubeObject[] {
  return systemOf(input, system).charts.flatMap((chart) => chart.toJson() as KubeObject[]);
}
