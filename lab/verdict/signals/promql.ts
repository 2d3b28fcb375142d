/**
 * The series that a query selects. The labels `namespace`, `pod` and `container` mean the same in a cluster
 * (cAdvisor, kube-state-metrics and the pods' own metrics), in the local engine and in a replayed recording.
 * Containers are named after their app.
 */
export interface Selection {
  namespace: string;
  app: string;
  /** Only requests of this route. Default: all requests except those of probes and of Prometheus itself. */
  route?: string;
}

export interface InPrometheus {
  /**
   * An expression without labels, in the unit of the signal, over the last `range` before it is evaluated.
   * @param range a PromQL duration ("30s"), or what Grafana puts in its place ("$__rate_interval").
   */
  query(selection: Selection, range: string): string;
  /** How it differs from the signal's own value, if it does. */
  differs?: string;
}

export interface NotInPrometheus {
  /** Why Prometheus cannot know it. */
  unknown: string;
}

/** Requests that nobody waits for. */
const OF_THE_PLATFORM = '/metrics|/health|/ready';

/** Selects the containers of an app, e.g. `{namespace="load-testing",container="backend"}`. */
export function ofApp({ namespace, app }: Selection, ...more: string[]): string {
  return `{${[`namespace="${namespace}"`, `container="${app}"`, ...more].join(',')}}`;
}

/**
 * Selects what cAdvisor reports about an app's pods. It selects by pod, not by container, because cAdvisor
 * reports some container runtimes only per pod, with an empty label `container`. Where both exist, `byPod`
 * takes one of them, because a pod has one container.
 */
export function ofPods({ namespace, app }: Selection): string {
  return `{namespace="${namespace}",pod=~"${app}-.+"}`;
}

/** One value for each pod, whether it is reported for the whole pod or for its container. */
export function byPod(expression: string): string {
  return `max by (pod) (${expression})`;
}

/** Selects all series of the namespace, whichever container exposes them. */
export function ofNamespace({ namespace }: Selection, ...more: string[]): string {
  return `{${[`namespace="${namespace}"`, ...more].join(',')}}`;
}

/** Selects the HTTP metrics of an app's requests. */
export function ofRequests(selection: Selection, ...more: string[]): string {
  const { route } = selection;
  const routes = route === undefined ? `route!~"${OF_THE_PLATFORM}"` : `route="${route}"`;
  return ofApp(selection, routes, ...more);
}

export const isKnown = (source: InPrometheus | NotInPrometheus): source is InPrometheus => 'query' in source;
