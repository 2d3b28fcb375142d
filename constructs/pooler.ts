import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { completed, DATABASE, requireHandles } from './group-props';
import { appLabels, identify, installationLabels, selectorLabels, type Identity } from './labels';
import { AppPolicy, DNS, tcp } from './network-policies';
import { env, placed, podTemplate, secretEnv } from './pod';
import type { DatabaseAddress } from './database-address';
import type { LabProps } from './schema';
import { sharedBy } from './shared';

/** Any user but root will do, because it owns only the folder of its configuration. */
const POOLER_USER = 1000;

type Settings = LabProps['postgres']['pooler'];

export type PoolerProps = Partial<Omit<Settings, 'enabled'>> & { database: DatabaseAddress };

/**
 * The connection pooler: a Deployment and a Service, named after the construct's id. It lends a connection
 * for one transaction. Anything that outlives a transaction (named prepared statements, SET, LISTEN, advisory
 * locks) does not work through it. The backend uses none of these.
 */
export class Pooler extends Construct {
  readonly identity: Identity;
  readonly deployment: ApiObject;
  readonly service: k8s.KubeService;

  constructor(scope: Construct, id: string, props: PoolerProps) {
    super(scope, id);
    requireHandles(this, props, { database: DATABASE });
    const { database, ...input } = props;
    const { pooler } = completed('postgres', { pooler: input });
    const { image } = pooler;
    const shared = sharedBy(this);
    const identity = identify(this, id, 'connection-pooler');
    const port = { name: 'pgbouncer', number: pooler.port };
    new AppPolicy(this, 'reachability', {
      identity,
      ingress: [
        {
          from: [{ podSelector: { matchLabels: installationLabels(shared.instance, 'api') } }],
          ports: [tcp(pooler.port)],
        },
      ],
      egress: [{ to: [{ podSelector: database.pods }], ports: [tcp(database.port)] }, DNS],
    });
    const deployment = k8s.KubeDeployment.manifest({
      metadata: { name: identity.objectName, labels: appLabels(identity, image) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: shared.revisionHistoryLimit,
        selector: { matchLabels: selectorLabels(identity) },
        template: podTemplate(shared, {
          identity,
          image,
          env: poolerEnv(pooler, database),
          port,
          resources: pooler,
          probes: {
            startupProbe: probe({ periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
            readinessProbe: probe({ periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 }),
            livenessProbe: probe({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 6 }),
          },
          user: POOLER_USER,
          scratch: { config: '/etc/pgbouncer' },
          annotations: { 'checksum/database': database.fingerprint },
        }),
      },
    });
    this.identity = identity;
    this.deployment = new ApiObject(this, 'deployment', placed(deployment, shared));
    this.service = new AppService(this, 'service', { identity, image, port }).object;
  }
}

function poolerEnv(pooler: Settings, database: DatabaseAddress): k8s.EnvVar[] {
  return [
    ...env({ DB_HOST: database.host, DB_PORT: database.port, DB_NAME: database.name }),
    secretEnv('DB_USER', database.secret, 'username'),
    secretEnv('DB_PASSWORD', database.secret, 'password'),
    ...env({
      AUTH_TYPE: 'scram-sha-256',
      POOL_MODE: 'transaction',
      DEFAULT_POOL_SIZE: pooler.poolSize,
      MAX_CLIENT_CONN: pooler.maxClients,
      LISTEN_PORT: pooler.port,
    }),
  ];
}

function probe(timing: Omit<k8s.Probe, 'tcpSocket'>): k8s.Probe {
  return { tcpSocket: { port: k8s.IntOrString.fromString('pgbouncer') }, ...timing };
}
