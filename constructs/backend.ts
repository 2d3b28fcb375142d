import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { DEFENCES, SETTINGS } from '../service/settings';
import { NodeApp } from './node-app';
import { env, secretEnv, settingsEnv } from './pod';
import { postgresSecret } from './postgres';
import type { LabProps } from './schema';
import { choose, not, when } from './values';

/** The system under test: Deployment and Service `backend`. */
export class Backend extends Construct {
  constructor(scope: Construct, id: string, props: LabProps) {
    super(scope, id);
    const { backend, autoscaling } = props;
    new NodeApp(this, 'app', {
      lab: props,
      app: 'backend',
      image: backend.image,
      replicas: when(not(autoscaling.enabled), backend.replicas),
      port: backend.port,
      resources: backend,
      probes: backend,
      entry: 'service/main.js',
      env: backendEnv(props),
    });
  }
}

/** The largest number of pods that the backend may have. */
export function mostBackendPods({ backend, autoscaling }: LabProps): number {
  return choose(autoscaling.enabled, autoscaling.maxReplicas, backend.replicas);
}

function backendEnv({ backend, downstream, postgres, faults }: LabProps): k8s.EnvVar[] {
  const { pooler } = postgres;
  return [
    ...env({
      FAULTS_ENABLED: faults.enabled,
      DOWNSTREAM_URL: `http://downstream:${downstream.port}`,
      DATABASE_HOST: choose(pooler.enabled, 'pgbouncer', 'postgres'),
      DATABASE_PORT: choose(pooler.enabled, pooler.port, postgres.port),
      DATABASE_NAME: postgres.database,
    }),
    secretEnv('DATABASE_USER', postgresSecret(postgres), 'username'),
    secretEnv('DATABASE_PASSWORD', postgresSecret(postgres), 'password'),
    ...settingsEnv(SETTINGS, backend),
    ...settingsEnv(DEFENCES, backend.defences),
  ];
}
