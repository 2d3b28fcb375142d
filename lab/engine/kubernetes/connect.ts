import { Agent, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node' with { 'resolution-mode': 'import' };
import { LabError } from '../../model/errors';
import { ApiError, KubeApi, type ApiConnection } from './api';

/**
 * How long credentials are cached. Tokens of service accounts and login plugins change about once an hour.
 */
const CREDENTIALS_FOR_MS = 60_000;

/**
 * Connects to the cluster of a kubeconfig context (KUBECONFIG, ~/.kube/config) or, inside a pod, to the pod's
 * cluster.
 * @throws LabError (usage) for an unknown context, (environment) when no cluster answers.
 */
export async function connect(context?: string): Promise<KubeApi> {
  // Loaded only when needed: it takes longer to load than the rest of the lab.
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = load(new KubeConfig(), context);
  const api = new KubeApi(connectionOf(config));
  await api.json('GET', '/version', { once: true }).catch((error: unknown) => {
    throw unreachable(config, error);
  });
  return api;
}

/** Always holds the API server's own Service, so a lab can never run there. Some tools write it anyway. */
const NEVER_EMPTY = 'default';
/** The client's name for the context of a pod. Its namespace holds that pod. */
const IN_POD = 'inClusterContext';

/**
 * The namespace that a kubeconfig context names for its commands; undefined if it names none that the lab could
 * use.
 * @throws LabError as `connect` does, without asking the cluster.
 */
export async function contextNamespace(context?: string): Promise<string | undefined> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = load(new KubeConfig(), context);
  const { name, namespace = '' } = config.getContextObject(config.getCurrentContext()) ?? {};
  return name === IN_POD || ['', NEVER_EMPTY].includes(namespace) ? undefined : namespace;
}

function load(config: KubeConfig, context: string | undefined): KubeConfig {
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new LabError(
      `The kubeconfig cannot be read: ${(error as Error).message}`,
      'environment',
      'Set KUBECONFIG to a file that kubectl can use.',
    );
  }
  const names = config.getContexts().map(({ name }) => name);
  if (context !== undefined) {
    if (!names.includes(context)) {
      throw new LabError(
        `There is no context ${JSON.stringify(context)} in the kubeconfig.`,
        'usage',
        `Choose from: ${names.join(', ') || 'none; set KUBECONFIG'}.`,
      );
    }
    config.setCurrentContext(context);
  }
  if (!config.getCurrentCluster()) {
    throw new LabError(
      'The kubeconfig names no current context.',
      'usage',
      `Name one with --context: ${names.join(', ') || 'none; set KUBECONFIG'}.`,
    );
  }
  return config;
}

function connectionOf(config: KubeConfig): ApiConnection {
  const { server, proxyUrl, tlsServerName } = config.getCurrentCluster()!;
  const agent = new Agent({ keepAlive: true });
  let cached: Promise<RequestOptions> | undefined;
  let until = 0;
  const fresh = async (): Promise<RequestOptions> => {
    const options: RequestOptions = tlsServerName ? { servername: tlsServerName } : {};
    await config.applyToHTTPSOptions(options);
    // applyToHTTPSOptions creates a new agent each time. Only an agent for a proxy is needed.
    return proxyUrl || server.startsWith('http:') ? options : { ...options, agent };
  };
  return {
    server,
    context: config.getCurrentContext(),
    options() {
      if (!cached || Date.now() > until) {
        until = Date.now() + CREDENTIALS_FOR_MS;
        cached = fresh();
      }
      return cached;
    },
  };
}

function unreachable(config: KubeConfig, error: unknown): LabError {
  const { server } = config.getCurrentCluster()!;
  const why = error instanceof Error ? error.message || error.name : String(error);
  const denied = error instanceof ApiError && [401, 403].includes(error.status);
  return new LabError(
    `The cluster of context ${JSON.stringify(config.getCurrentContext())} (${server}) ${denied ? 'refuses' : 'does not answer'}: ${why}`,
    'environment',
    'Check with `kubectl version`, using the same context. Choose another one with --context.',
  );
}
