import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { DEFENCES, SETTINGS } from '../service/settings';
import { Autoscaler } from './autoscaler';
import { completed, DATABASE, requireHandles, type GroupInput } from './group-props';
import { identify } from './labels';
import { ANY_POD, AppPolicy, DNS, tcp } from './network-policies';
import { NodeApp, type HttpAddress } from './node-app';
import { Optional } from './optional';
import { env, secretEnv, settingsEnv } from './pod';
import { Publication } from './publication';
import type { DatabaseAddress } from './database-address';
import type { LabProps } from './schema';
import { sharedBy } from './shared';
import { choose, not, when } from './values';

export type BackendProps = GroupInput<'backend'> & {
  /** Where it finds its data: `address` of a Postgres. */
  database: DatabaseAddress;
  /** Whom it calls: `address` of a Downstream. */
  downstream: HttpAddress;
  /** Whether an autoscaler decides the number of pods, and within which bounds. */
  autoscaling?: GroupInput<'autoscaling'>;
};

/** The system under test: a Deployment and a Service. Both have the construct's id as their name. */
export class Backend extends Construct {
  readonly app: NodeApp;
  /** Where clients call it. */
  readonly address: HttpAddress;

  constructor(scope: Construct, id: string, props: BackendProps) {
    super(scope, id);
    requireHandles(this, props, {
      database: DATABASE,
      downstream: ['the address of a Downstream', 'port', 'url', 'pods'],
    });
    const { database, downstream, autoscaling: scaling, ...settings } = props;
    const backend = completed('backend', settings);
    const autoscaling = completed('autoscaling', scaling);
    const { image, replicas, port } = backend;
    const identity = identify(this, id, 'api');
    new AppPolicy(this, 'reachability', {
      identity,
      ingress: [{ from: [ANY_POD], ports: [tcp(port)] }],
      egress: [
        ...[downstream, database].map((called) => ({
          to: [{ podSelector: called.pods }],
          ports: [tcp(called.port)],
        })),
        DNS,
      ],
    });
    this.app = new NodeApp(this, 'app', {
      identity,
      image,
      replicas: when(not(autoscaling.enabled), replicas),
      port,
      resources: backend,
      probes: backend,
      entry: 'service/main.js',
      env: [
        ...env({ FAULTS_ENABLED: sharedBy(this).faults.enabled }),
        ...backendEnv(backend, database, downstream),
      ],
      annotations: { 'checksum/database': database.fingerprint },
      mostPods: choose(autoscaling.enabled, autoscaling.maxReplicas, replicas),
      workload: backend,
      published: backend.service,
    });
    this.address = this.app.address;
    new Optional(
      this,
      'scaling',
      autoscaling.enabled,
      (within) => new Autoscaler(within, 'autoscaler', { ...bounds(autoscaling), identity, image }),
    );
    new Publication(this, 'publication', { ...backend, app: this.app });
  }
}

function bounds({ minReplicas, maxReplicas, targetCpuPercent }: LabProps['autoscaling']) {
  return { minReplicas, maxReplicas, targetCpuPercent };
}

function backendEnv(
  backend: LabProps['backend'],
  database: DatabaseAddress,
  downstream: HttpAddress,
): k8s.EnvVar[] {
  return [
    ...env({
      DOWNSTREAM_URL: downstream.url,
      DATABASE_HOST: database.host,
      DATABASE_PORT: database.port,
      DATABASE_NAME: database.name,
    }),
    secretEnv('DATABASE_USER', database.secret, 'username'),
    secretEnv('DATABASE_PASSWORD', database.secret, 'password'),
    ...settingsEnv(SETTINGS, backend),
    ...settingsEnv(DEFENCES, backend.defences),
  ];
}
