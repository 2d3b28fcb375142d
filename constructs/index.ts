import { App } from 'cdk8s';
import type { KubeObject } from './kube-object';
import { LabChart } from './lab-chart';
import { PROJECT } from './labels';
import { parseProps, type LabPropsInput } from './props';

export * from './props';
export { runApp, writeManifests } from './app';
export { LabChart } from './lab-chart';
export { amounts, placementOf } from './pod';
export { inRegistry } from './values';
export type { KubeObject } from './kube-object';

/**
 * The system's objects in the order in which they are applied; the same settings give the same objects.
 * @throws PropsError before anything is made.
 */
export function synthesize(input: LabPropsInput = {}): KubeObject[] {
  return new LabChart(new App(), PROJECT, parseProps(input)).toJson() as KubeObject[];
}
