import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { stringify } from 'yaml';
import { clusterScoped } from '../cluster-scoped';
import { identify } from '../labels';
import { podsOf } from '../network-policies';
import { sharedBy } from '../shared';
import { fingerprint, smaller } from '../values';
import { alertRules, type RuleInputs } from './generated';
import { STATE_METRICS_PORT } from './kube-state-metrics';
import { httpProbes, LabReader, Tool } from './tool';

/** The user that its image runs as. */
const NOBODY = 65_534;

export const PROMETHEUS_PORT = 9090;

/**
 * Scrapes the lab's pods, the kubelets' cAdvisor and kube-state-metrics, keeps the samples for a day, and
 * evaluates the alerts.
 */
export class Prometheus extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { monitoring, namespace: observed, namePrefix } = sharedBy(this);
    const { namespace, prometheusImage, scrapeIntervalSeconds, runbookUrl } = monitoring;
    const identity = identify(this, 'prometheus', 'monitoring');
    const name = identity.objectName;
    const inputs = { observed, namePrefix, runbookUrl, scrapeIntervalSeconds };
    new LabReader(this, 'access', name, [
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
    ]);
    this.readNodes(`${namePrefix}backend-under-load-prometheus`, name, namespace);
    new k8s.KubeConfigMap(this, 'config', {
      metadata: { name, namespace },
      data: files(inputs),
    });
    new Tool(this, 'tool', {
      identity,
      reachedBy: { podSelector: podsOf(identify(this, 'grafana', 'dashboards')) },
      // Prometheus reads its files only when it starts.
      annotations: { 'checksum/config': fingerprint(written(), ...Object.values(inputs)) },
      image: prometheusImage,
      args: [
        '--config.file=/etc/prometheus/prometheus.yml',
        '--storage.tsdb.path=/prometheus',
        '--storage.tsdb.retention.time=24h',
        `--web.listen-address=:${PROMETHEUS_PORT}`,
      ],
      env: [],
      port: { name: 'http', number: PROMETHEUS_PORT },
      resources: {
        cpuRequestMillicores: 20,
        cpuLimitMillicores: 500,
        memoryRequestMebibytes: 128,
        memoryLimitMebibytes: 512,
      },
      probes: httpProbes('/-/ready'),
      user: NOBODY,
      serviceAccount: name,
      scratch: { data: '/prometheus' },
      diskMebibytes: 2048, // a day of samples
      volumes: [{ name: 'config', configMap: { name } }],
      mounts: [{ name: 'config', mountPath: '/etc/prometheus', readOnly: true }],
    });
  }

  /**
   * Asks the kubelets directly, not through the API server: nodes/proxy would let it run commands in any pod.
   * @param name of the cluster-wide objects.
   */
  private readNodes(name: string, account: string, namespace: string): void {
    clusterScoped(
      new k8s.KubeClusterRole(this, 'node-reader', {
        metadata: { name },
        rules: [
          { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
          { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
        ],
      }),
    );
    clusterScoped(
      new k8s.KubeClusterRoleBinding(this, 'node-reader-binding', {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
      }),
    );
  }
}

/** Everything that the files of Prometheus depend on, besides this program. */
interface Inputs extends RuleInputs {
  scrapeIntervalSeconds: number;
}

const NO_INPUTS: Inputs = { observed: '', namePrefix: '', runbookUrl: '', scrapeIntervalSeconds: 1 };

/** Changes when this program writes the files differently. */
const written = () => fingerprint(JSON.stringify(files(NO_INPUTS)));

function files(inputs: Inputs): Record<string, string> {
  return {
    'prometheus.yml': stringify(configuration(inputs), { lineWidth: 0 }),
    'alert-rules.yaml': stringify(alertRules(inputs), { lineWidth: 0 }),
  };
}

function configuration({ observed, namePrefix, scrapeIntervalSeconds }: Inputs) {
  return {
    global: {
      scrape_interval: `${scrapeIntervalSeconds}s`,
      scrape_timeout: `${smaller(10, scrapeIntervalSeconds)}s`, // may not exceed the interval
      evaluation_interval: `${scrapeIntervalSeconds}s`,
    },
    rule_files: ['/etc/prometheus/alert-rules.yaml'],
    scrape_configs: [pods(observed), cadvisor(observed), kubeStateMetrics(namePrefix)],
  };
}

/** Pods whose annotations ask for scraping, with the labels that queries select by. */
function pods(namespace: string) {
  const meta = '__meta_kubernetes_pod';
  return {
    job_name: 'pods',
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
    relabel_configs: [
      { source_labels: [`${meta}_annotation_prometheus_io_scrape`], regex: 'true', action: 'keep' },
      { source_labels: [`${meta}_annotation_prometheus_io_path`], target_label: '__metrics_path__' },
      {
        source_labels: [`${meta}_ip`, `${meta}_annotation_prometheus_io_port`],
        separator: ':',
        target_label: '__address__',
      },
      { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
      { source_labels: [`${meta}_name`], target_label: 'pod' },
      { source_labels: [`${meta}_container_name`], target_label: 'container' },
    ],
  };
}

function cadvisor(namespace: string) {
  return {
    job_name: 'cadvisor',
    kubernetes_sd_configs: [{ role: 'node' }],
    scheme: 'https',
    metrics_path: '/metrics/cadvisor',
    authorization: { credentials_file: '/var/run/secrets/kubernetes.io/serviceaccount/token' },
    tls_config: { insecure_skip_verify: true }, // kubelets commonly sign their certificates themselves
    metric_relabel_configs: [{ source_labels: ['namespace'], regex: namespace, action: 'keep' }],
  };
}

function kubeStateMetrics(namePrefix: string) {
  return {
    job_name: 'kube-state-metrics',
    honor_labels: true, // namespace, pod and container are those of the objects that it reports
    static_configs: [{ targets: [`${namePrefix}kube-state-metrics:${STATE_METRICS_PORT}`] }],
  };
}
