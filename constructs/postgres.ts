import { ConfigMap, k8s, Secret } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import { appLabels, selectorLabels } from './labels';
import { env, podTemplate, secretEnv } from './pod';
import type { LabProps } from './schema';

/** The Secret with the keys username, password and admin-password. */
export const POSTGRES_SECRET = 'postgres';

/** Secret and ConfigMap of this name hold the SQL of the first start; later changes need a new volume. */
const INIT = 'postgres-init';

/** The user `postgres` of the official Debian images. */
const POSTGRES_USER = 999;

const DATA = '/var/lib/postgresql/data';

type PostgresProps = LabProps['postgres'];

/** The database: StatefulSet and Service `postgres`, with an ordinary role and the table `orders`. */
export class Postgres extends Construct {
  constructor(scope: Construct, id: string, { postgres }: LabProps) {
    super(scope, id);
    const app = 'postgres';
    const port = { name: 'postgres', number: postgres.port };
    const labels = appLabels(app, postgres.image);
    this.addConfiguration(postgres, labels);
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { name: app, labels },
      spec: {
        replicas: 1,
        serviceName: app,
        selector: { matchLabels: selectorLabels(app) },
        template: podTemplate({
          app,
          image: postgres.image,
          args: ['postgres', ...serverSettings(postgres)],
          env: [
            ...env({ PGDATA: `${DATA}/pgdata`, POSTGRES_DB: postgres.database }),
            secretEnv('POSTGRES_PASSWORD', POSTGRES_SECRET, 'admin-password'),
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
          volumes: [
            {
              name: 'init',
              projected: { sources: [{ secret: { name: INIT } }, { configMap: { name: INIT } }] },
            },
          ],
          mounts: [
            { name: 'data', mountPath: DATA },
            { name: 'init', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
          ],
        }),
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
    new AppService(this, 'service', { app, image: postgres.image, port });
  }

  private addConfiguration(postgres: PostgresProps, labels: Record<string, string>): void {
    new Secret(this, 'secret', {
      metadata: { name: POSTGRES_SECRET, labels },
      immutable: false,
      stringData: {
        username: postgres.user,
        password: postgres.password,
        'admin-password': postgres.adminPassword,
      },
    });
    new Secret(this, 'init-secret', {
      metadata: { name: INIT, labels },
      immutable: false,
      stringData: { '01-role.sql': roleSql(postgres) },
    });
    new ConfigMap(this, 'init-config', {
      metadata: { name: INIT, labels },
      immutable: false,
      data: { '02-schema.sql': schemaSql(postgres) },
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

// One statement per line, so that any client can run the files, the server's single-user mode included.

function roleSql({ user, password }: PostgresProps): string {
  return `CREATE ROLE "${user}" LOGIN NOSUPERUSER PASSWORD '${password.replaceAll("'", "''")}';\n`;
}

function schemaSql({ rows, user }: PostgresProps): string {
  return [
    'CREATE TABLE orders (id integer PRIMARY KEY, total_cents integer NOT NULL);',
    `INSERT INTO orders SELECT id, id * 100 FROM generate_series(1, ${rows}) AS id;`,
    `GRANT SELECT ON orders TO "${user}";`,
    'ANALYZE orders;',
    '',
  ].join('\n');
}

function probe(timing: Omit<k8s.Probe, 'tcpSocket'>): k8s.Probe {
  return { tcpSocket: { port: k8s.IntOrString.fromString('postgres') }, ...timing };
}
