import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { stringify } from 'yaml';
import { env, secretEnv } from '../pod';
import { identify } from '../labels';
import { ANY_POD } from '../network-policies';
import { sharedBy } from '../shared';
import { fingerprint, larger } from '../values';
import { dashboardName } from './dashboards';
import { dashboards } from './generated';
import { PROMETHEUS_PORT } from './prometheus';
import { httpProbes, Tool } from './tool';

export const GRAFANA_PORT = 3000;
/** The user that its image runs as. */
const GRAFANA_USER = 472;
const DASHBOARDS = '/etc/grafana/dashboards';
const PROVISIONING = '/etc/grafana/provisioning';
/** A kubelet refreshes its container metrics every ten to fifteen seconds, however often it is asked. */
const KUBELET_SECONDS = 15;

/**
 * Shows the dashboards, without anything to set up. The user is `admin`, with the password from a Secret that
 * must already exist. A default would be known to everybody, and one made here would appear in the manifests.
 */
export class Grafana extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { monitoring, namePrefix } = sharedBy(this);
    const { namespace, grafanaImage, grafanaSecret, scrapeIntervalSeconds } = monitoring;
    const identity = identify(this, 'grafana', 'dashboards');
    const name = identity.objectName;
    new k8s.KubeConfigMap(this, 'provisioning', {
      metadata: { name, namespace },
      data: {
        'datasources.yaml': stringify(dataSources(namePrefix, larger(KUBELET_SECONDS, scrapeIntervalSeconds))),
        'dashboards.yaml': stringify(dashboardProviders()),
      },
    });
    new Tool(this, 'tool', {
      identity,
      reachedBy: ANY_POD,
      // Grafana reads its data sources only when it starts.
      annotations: {
        'checksum/config': fingerprint(
          fingerprint(stringify(dataSources('', KUBELET_SECONDS))),
          namePrefix,
          scrapeIntervalSeconds,
        ),
      },
      image: grafanaImage,
      env: [
        secretEnv('GF_SECURITY_ADMIN_PASSWORD', grafanaSecret, 'admin-password'),
        ...env({
          GF_SECURITY_ADMIN_USER: 'admin',
          GF_PATHS_PROVISIONING: PROVISIONING,
          GF_USERS_ALLOW_SIGN_UP: false,
          GF_AUTH_ANONYMOUS_ENABLED: false,
          GF_LOG_MODE: 'console',
          // It sends no requests to the internet.
          GF_ANALYTICS_REPORTING_ENABLED: false,
          GF_ANALYTICS_CHECK_FOR_UPDATES: false,
          GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: false,
          GF_PLUGINS_PREINSTALL_DISABLED: true,
        }),
      ],
      port: { name: 'http', number: GRAFANA_PORT },
      resources: {
        cpuRequestMillicores: 20,
        cpuLimitMillicores: 500,
        memoryRequestMebibytes: 128,
        memoryLimitMebibytes: 256,
      },
      probes: httpProbes('/api/health'),
      user: GRAFANA_USER,
      scratch: { data: '/var/lib/grafana' },
      diskMebibytes: 512,
      volumes: [
        provisioned(name, 'datasources'),
        provisioned(name, 'dashboards'),
        { name: 'boards', projected: { sources: dashboards(namePrefix).map(([board]) => ({ configMap: { name: dashboardName(namePrefix, board) } })) } },
      ],
      mounts: [
        { name: 'datasources', mountPath: `${PROVISIONING}/datasources`, readOnly: true },
        { name: 'dashboards', mountPath: `${PROVISIONING}/dashboards`, readOnly: true },
        { name: 'boards', mountPath: DASHBOARDS, readOnly: true },
      ],
    });
  }
}

function provisioned(name: string, what: 'datasources' | 'dashboards'): k8s.Volume {
  const file = `${what}.yaml`;
  return { name: what, configMap: { name, items: [{ key: file, path: file }] } };
}

/** @param shortestSeconds rates look back over at least four times this. */
function dataSources(namePrefix: string, shortestSeconds: number) {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: 'Prometheus',
        uid: 'prometheus',
        type: 'prometheus',
        access: 'proxy',
        url: `http://${namePrefix}prometheus:${PROMETHEUS_PORT}`,
        isDefault: true,
        editable: false,
        jsonData: { timeInterval: `${shortestSeconds}s`, httpMethod: 'POST' },
      },
    ],
  };
}

function dashboardProviders() {
  return {
    apiVersion: 1,
    providers: [
      { name: 'backend-under-load', folder: 'Backend Under Load', type: 'file', options: { path: DASHBOARDS } },
    ],
  };
}
