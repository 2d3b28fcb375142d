import type { App } from 'cdk8s';
import { LabChart, runApp, type LabPropsInput } from './constructs';

/**
 * The system that `npx cdk8s synth` writes to dist/ and that experiments start from. Omitted settings keep
 * their defaults; constructs/schema.ts lists every setting with its range and reason.
 */
export const props: LabPropsInput = {
  backend: {
    replicas: 1, // pods; ignored while autoscaling is enabled
    cpuRequestMillicores: 250, // reserved for each pod (1000 = one core)
    cpuLimitMillicores: 500, // beyond it a pod is throttled
    memoryRequestMebibytes: 256, // reserved for each pod
    memoryLimitMebibytes: 512, // beyond it a pod is killed (OOMKilled)
  },
};

/** `lab run` starts what this makes, too. Add your own constructs to the chart. */
export function system(app: App, settings: LabPropsInput): void {
  new LabChart(app, 'backend-under-load', settings);
}

if (require.main === module) runApp(props, system);
