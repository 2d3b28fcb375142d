import { ApiObject } from 'cdk8s';
import { ConfigMap, k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { AppService } from './app-service';
import type { DatabaseAddress } from './database-address';
import { completed, type GroupInput } from './group-props';
import { appLabels, identify, installationLabels, selectorLabels, type Identity } from './labels';
import { AppPolicy, podsOf, tcp } from './network-policies';
import { Optional } from './optional';
import { env, placed, podTemplate, secretEnv } from './pod';
import { Pooler } from './pooler';
import type { LabProps } from './schema';
import { sharedBy } from './shared';
import { base64, choose, chooseText, fingerprint, isEmpty, mebibytes, orElse } from './values';

/** The user `postgres` of the official Debian images. */
const POSTGRES_USER = 999;

/** Environment of the server. Its first start takes the ordinary role from it. */
const [ROLE_NAME, ROLE_PASSWORD] = ['ROLE_NAME', 'ROLE_PASSWORD'];

const DATA = '/var/lib/postgresql/data';

/**
 * Each database has a folder of its own, and those of earlier ones would fill the volume. Ends as the image's own
 * start.
 */
const REMOVE_OLD_DATA = `for folder in "\${PGDATA%/*}"/pgdata-*; do
  [ "$folder" = "$PGDATA" ] || rm -rf "$folder"
done
exec docker-entrypoint.sh "$@"
`;

export type PostgresProps = GroupInput<'postgres'>;
type Settings = LabProps['postgres'];

/**
 * The database: a StatefulSet and a Service with the construct's id as their name, an ordinary role, the table
 * `orders`, and a connection pooler if the settings ask for one.
 */
export class Postgres extends Construct {
  readonly statefulSet: ApiObject;
  readonly service: k8s.KubeService;
  /** Where clients find it: the pooler, if there is one. */
  readonly address: DatabaseAddress;

  private readonly identity: Identity;

  constructor(scope: Construct, id: string, props: PostgresProps = {}) {
    super(scope, id);
    const settings = completed('postgres', props);
    const { image, port, pooler } = settings;
    this.identity = identify(this, id, 'database');
    const own = this.ownAddress(settings);
    this.allowClients(settings);
    this.addSecret(settings);
    this.addFirstStart(settings);
    this.statefulSet = this.addServer(settings, own);
    this.service = new AppService(this, 'service', {
      identity: this.identity,
      image,
      port: { name: 'postgres', number: port },
    }).object;
    const poolerName = id === 'postgres' ? 'pgbouncer' : `${id}-pgbouncer`;
    new Optional(this, 'pooling', pooler.enabled, (within) => {
      const { enabled: _enabled, ...rest } = pooler;
      new Pooler(within, poolerName, { ...rest, database: own });
    });
    this.address = throughPooler(own, pooler, identify(this, poolerName, 'connection-pooler'));
  }

  private ownAddress(settings: Settings): DatabaseAddress {
    const { port, database, user, password, adminPassword, existingSecret, rows, image } = settings;
    return {
      host: this.identity.objectName,
      port,
      name: database,
      secret: orElse(existingSecret, this.identity.objectName),
      pods: podsOf(this.identity),
      fingerprint: fingerprint(
        image.repository,
        image.tag,
        image.digest,
        database,
        existingSecret,
        user,
        password,
        adminPassword,
        rows,
      ),
    };
  }

  private allowClients({ port, pooler }: Settings): void {
    const component = chooseText(pooler.enabled, 'connection-pooler', 'api');
    const clients = installationLabels(this.identity.instance, component);
    new AppPolicy(this, 'reachability', {
      identity: this.identity,
      ingress: [{ from: [{ podSelector: { matchLabels: clients } }], ports: [tcp(port)] }],
    });
  }

  private addServer(settings: Settings, address: DatabaseAddress): ApiObject {
    const { identity } = this;
    const shared = sharedBy(this);
    const { image, port, database } = settings;
    const statefulSet = k8s.KubeStatefulSet.manifest({
      metadata: { name: identity.objectName, labels: appLabels(identity, image) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: shared.revisionHistoryLimit,
        serviceName: identity.objectName,
        // With OrderedReady, a pod that never became ready is not replaced, not even by a rollback.
        podManagementPolicy: 'Parallel',
        selector: { matchLabels: selectorLabels(identity) },
        template: podTemplate(shared, {
          identity,
          image,
          command: ['sh', '-c', REMOVE_OLD_DATA, 'sh'],
          args: ['postgres', ...serverSettings(settings)],
          env: [
            // Other contents or another role need another first start, in a folder of its own.
            ...env({ PGDATA: `${DATA}/pgdata-${address.fingerprint}`, POSTGRES_DB: database }),
            secretEnv('POSTGRES_PASSWORD', address.secret, 'admin-password'),
            secretEnv(ROLE_NAME, address.secret, 'username'),
            secretEnv(ROLE_PASSWORD, address.secret, 'password'),
          ],
          port: { name: 'postgres', number: port },
          resources: settings,
          probes: {
            startupProbe: probe({ periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 }),
            readinessProbe: probe({ periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 3 }),
            livenessProbe: probe({ periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 6 }),
          },
          user: POSTGRES_USER,
          scratch: { run: '/var/run/postgresql' },
          volumes: [{ name: 'init', configMap: { name: this.initName } }],
          mounts: [
            { name: 'data', mountPath: DATA },
            { name: 'init', mountPath: '/docker-entrypoint-initdb.d', readOnly: true },
          ],
        }),
        // A first start creates all of its content, so uninstalling may delete it and leaves nothing behind.
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' },
      },
    });
    statefulSet.spec.volumeClaimTemplates = [claim(settings, identity)];
    return new ApiObject(this, 'stateful-set', placed(statefulSet, shared));
  }

  private addSecret({ existingSecret, image, user, password, adminPassword }: Settings): void {
    new Optional(this, 'own-secret', isEmpty(existingSecret), (scope) => {
      new k8s.KubeSecret(scope, 'secret', {
        metadata: { name: this.identity.objectName, labels: appLabels(this.identity, image) },
        type: 'Opaque',
        immutable: false,
        data: {
          username: base64(user),
          password: base64(password),
          'admin-password': base64(adminPassword),
        },
      });
    });
  }

  /** The SQL of the first start. */
  private addFirstStart(settings: Settings): void {
    new ConfigMap(this, 'init-config', {
      metadata: { name: this.initName, labels: appLabels(this.identity, settings.image) },
      immutable: false,
      data: { '01-role.sql': ROLE_SQL, '02-schema.sql': schemaSql(settings) },
    });
  }

  private get initName(): string {
    return `${this.identity.objectName}-init`;
  }
}

/**
 * The claim of the server's volume, with every field that the API server would add: it compares claims as a
 * whole, so a missing field would look like a change.
 */
function claim({ storageMebibytes }: Settings, identity: Identity): object {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', labels: selectorLabels(identity) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: mebibytes(storageMebibytes) } },
      volumeMode: 'Filesystem',
    },
    status: { phase: 'Pending' },
  };
}

function throughPooler(
  own: DatabaseAddress,
  { enabled, port }: Settings['pooler'],
  { app, objectName }: Identity,
): DatabaseAddress {
  const { matchLabels } = own.pods;
  return {
    ...own,
    host: chooseText(enabled, objectName, own.host),
    port: choose(enabled, port, own.port),
    pods: {
      matchLabels: {
        ...matchLabels,
        'app.kubernetes.io/name': chooseText(enabled, app, matchLabels!['app.kubernetes.io/name']!),
      },
    },
  };
}

function serverSettings({ port, maxConnections, sharedBuffersMebibytes }: Settings): string[] {
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

function schemaSql({ rows }: Settings): string {
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
