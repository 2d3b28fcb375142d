import type { Host } from './network';

/** The Services of the manifests by name, in place of the cluster's DNS. */
export interface Names {
  namespace: string;
  services: ReadonlyMap<string, Host>;
}

/**
 * Only variables with such a name can hold a bare Service name, because a user or database may have the same
 * name.
 */
const HOST_VARIABLE = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER)$/i;
const PORT_VARIABLE = /(?:^|_)PORT$/i;
const URL = /^([a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?)([^:/?#[\]]+)(?::(\d+))?(?=[/?#]|$)/i;
const HOST_AND_PORT = /^()([a-z0-9.-]+):(\d+)$/i;
const DEFAULT_PORTS: Record<string, number> = { http: 80, https: 443, postgres: 5432, postgresql: 5432 };

/**
 * Replaces Service names by local addresses in an environment, because processes on the host cannot use a
 * cluster's DNS. Names are replaced nowhere else.
 *
 * - In any variable, a URL or host:port of a Service gets the local host, and the local port if it differs.
 * - In a variable named HOST, *_HOST, *_ADDR ..., a bare Service name is replaced by the address. If the port
 *   differs, the *_PORT variable beside *_HOST is replaced as well.
 * - HOST is set to the pod's address, so two replicas can listen on the same port. If the port differs, PORT
 *   is set to the local port.
 *
 * A Service is known as name, name.namespace, name.namespace.svc and name.namespace.svc.cluster.local.
 */
export function localizeEnv(env: Record<string, string>, pod: Host, names: Names): Record<string, string> {
  const local: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env))
    local[variable] = localizeValue(variable, value, env, names);
  if (env.PORT) local.PORT = String(pod.port(Number(env.PORT)));
  return { ...local, HOST: pod.address };
}

function localizeValue(variable: string, value: string, env: Record<string, string>, names: Names): string {
  const whole = HOST_VARIABLE.test(variable) && find(value, names);
  if (whole) return whole.address;
  const peer = PORT_VARIABLE.test(variable) && find(env[variable.replace(/PORT$/i, 'HOST')] ?? '', names);
  if (peer) return String(peer.port(Number(value)));
  return value
    .replace(URL, (...match) => replaceHost(match, names))
    .replace(HOST_AND_PORT, (...match) => replaceHost(match, names));
}

function replaceHost([all, scheme, name, port]: string[], names: Names): string {
  const service = find(name!, names);
  if (!service) return all!;
  const original = port ? Number(port) : DEFAULT_PORTS[scheme!.split(':')[0]!];
  const local = original === undefined ? undefined : service.port(original);
  const shown = local === undefined || (!port && local === original) ? '' : `:${local}`;
  return `${scheme}${service.address}${shown}`;
}

function find(host: string, { namespace, services }: Names): Host | undefined {
  const [name, ...domain] = host.split('.');
  const full = `${namespace}.svc.cluster.local`;
  const suffix = domain.join('.');
  const known = suffix === '' || suffix === namespace || suffix === `${namespace}.svc` || suffix === full;
  return known ? services.get(name!) : undefined;
}
