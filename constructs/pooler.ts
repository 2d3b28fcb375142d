import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { appLabels, selectorLabels } from './labels';
import { env, placed, podTemplate, secretEnv } from './pod';
import { postgresSecret } from './postgres';
import type { LabProps } from './schema';

/** Any user but root will do, because it owns only the folder of its configuration. */
const POOLER_USER = 1000;

/**
 * The connection pooler: Deployment and Service `pgbouncer`. It lends a connection for one transaction.
 * Anything that outlives a transaction (named prepared statements, SET, LISTEN, advisory locks) does not work
 * through it. The backend uses none of these.
 */
export class Pooler extends Construct {
  constructor(scope: Construct, id: string, lab: LabProps) {
    super(scope, id);
    const { postgres } = lab;
    const secret = postgresSecret(postgres);
    const { pooler } = postgres;
    const app = 'pgbouncer';
    const port = { name: 'pgbouncer', number: pooler.port };
    const deployment = k8s.KubeDeployment.manifest({
      metadata: { name: app, labels: appLabels(app, pooler.image) },
      spec: {
        replicas: 1,
        selector: { matchLabels: selectorLabels(app) },
        template: podTemplate(lab, {
          app,
          image: pooler.image,
          env: [
            ...env({ DB_HOST: 'postgres', DB_PORT: postgres.port, DB_NAME: postgres.database }),
            secretEnv('DB_USER', secret, 'username'),
            secretEnv('DB_PASSWORD', secret, 'password'),
            ...env({
              AUTH_TYPE: 'scram-sha-256',
              POOL_MODE: 'transaction',
              DEFAULT_POOL_SIZE: pooler.poolSize,
              MAX_CLIENT_CONN: pooler.maxClients,
              LISTEN_PORT: pooler.port,
            }),
          ],
          port,
          resources: pooler,
          probes: {
            startupProbe: probe({ periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
            readinessProbe: probe({ periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 }),
            livenessProbe: probe({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 6 }),
          },
          user: POOLER_USER,
          scratch: { config: '/etc/pgbouncer' },
        }),
      },
    });
    new ApiObject(this, 'deployment', placed(deployment, lab));
    new AppService(this, 'service', { app, image: pooler.image, port });
  }
}

function probe(timing: Omit<k8s.Probe, 'tcpSocket'>): k8s.Probe {
  return { tcpSocket: { port: k8s.IntOrString.fromString('pgbouncer') }, ...timing };
}
