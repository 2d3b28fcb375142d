import { ApiObject } from 'cdk8s';
import { ConfigMap, k8s, Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { appLabels, selectorLabels } from './labels';
import { Optional } from './optional';
import { env, placed, podTemplate, secretEnv } from './pod';
import type { LabProps } from './schema';
import { isEmpty, orElse } from './values';

/** The Secret with the keys username, password and admin-password: an existing one, or the lab's own. */
export function postgresSecret({ existingSecret }: PostgresProps): string {
  return orElse(existingSecret, OWN_SECRET);
}

const OWN_SECRET = 'postgres';

/** The ConfigMap with the SQL of the first start. Later changes need a new volume. */
const INIT = 'postgres-init';

/** The user `postgres` of the official Debian images. */
const POSTGRES_USER = 999;

/** Environment of the server. Its first start takes the ordinary role from it. */
const [ROLE_NAME, ROLE_PASSWORD] = ['ROLE_NAME', 'ROLE_PASSWORD'];

const DATA = '/var/lib/postgresql/data';

type PostgresProps = LabProps['postgres'];

/** The database: StatefulSet and Service `postgres`, with an ordinary role and the table `orders`. */
export class Postgres extends Construct {
  constructor(scope: Construct, id: string, lab: LabProps) {
    super(scope, id);
    const { postgres } = lab;
    const app = 'postgres';
    const port = { name: 'postgres', number: postgres.port };
    const labels = appLabels(app, postgres.image);
    const secret = postgresSecret(postgres);
    this.addConfiguration(postgres, labels);
    const statefulSet = k8s.KubeStatefulSet.manifest({
      metadata: { name: app, labels },
      spec: {
        replicas: 1,
        serviceName: app,
        selector: { matchLabels: selectorLabels(app) },
        template: podTemplate(lab, {
          app,
          image: postgres.image,
          args: ['postgres', ...serverSettings(postgres)],
          env: [
            ...env({ PGDATA: `${DATA}/pgdata`, POSTGRES_DB: postgres.database }),
            secretEnv('POSTGRES_PASSWORD', secret, 'admin-password'),
            secretEnv(ROLE_NAME, secret, 'username'),
            secretEnv(ROLE_PASSWORD, secret, 'password'),
          ],
          port,
          resources: postgres,
          probes: {
            startupProbe: probe({ periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
            readinessProbe: probe({ periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 }),
            livenessProbe: probe({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 6 }),
          },
          user: POSTGRES_USER,
          scratch: { run: '/var/run/postgresql' },
          volumes: [{ name: 'init', configMap: { name: INIT } }],
          mounts: [
            { name: 'data', mountPath: DATA },
            { name: 'init', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
          ],
        }),
        // A first start creates all of its content, so uninstalling may delete it and leaves nothing behind.
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', labels: selectorLabels(app) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: k8s.Quantity.fromString(`${postgres.storageMebibytes}Mi`) } },
            },
          },
        ],
      },
    });
    new ApiObject(this, 'stateful-set', placed(statefulSet, lab));
    new AppService(this, 'service', { app, image: postgres.image, port });
  }

  private addConfiguration(postgres: PostgresProps, labels: Record<string, string>): void {
    new Optional(this, 'own-secret', isEmpty(postgres.existingSecret), (scope) => {
      new Secret(scope, 'secret', {
        metadata: { name: OWN_SECRET, labels },
        immutable: false,
        stringData: {
          username: postgres.user,
          password: postgres.password,
          'admin-password': postgres.adminPassword,
        },
      });
    });
    new ConfigMap(this, 'init-config', {
      metadata: { name: INIT, labels },
      immutable: false,
      data: { '01-role.sql': ROLE_SQL, '02-schema.sql': schemaSql(postgres) },
    });
  }
}

function serverSettings({ port, maxConnections, sharedBuffersMebibytes }: PostgresProps): string[] {
  return Object.entries({
    port,
    max_connections: maxConnections,
    superuser_reserved_connections: 3,
    shared_buffers: `${sharedBuffersMebibytes}MB`,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

// psql reads the role from the environment, so that it can come from any Secret. psql also quotes it.

const GET_ROLE = `\\getenv role ${ROLE_NAME}`;

const ROLE_SQL = `${GET_ROLE}
\\getenv password ${ROLE_PASSWORD}
CREATE ROLE :"role" LOGIN NOSUPERUSER PASSWORD :'password';
`;

function schemaSql({ rows }: PostgresProps): string {
  return `${GET_ROLE}
CREATE TABLE orders (id integer PRIMARY KEY, total_cents integer NOT NULL);
INSERT INTO orders SELECT id, id * 100 FROM generate_series(1, ${rows}) AS id;
GRANT SELECT ON orders TO :"role";
ANALYZE orders;
`;
}

function probe(timing: Omit<k8s.Probe, 'tcpSocket'>): k8s.Probe {
  return { tcpSocket: { port: k8s.IntOrString.fromString('postgres') }, ...timing };
}
