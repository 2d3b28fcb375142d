import type { Condition, Operand, Requests } from '../model/experiment';
import { signal } from '../verdict/signals';
import { isKnown, type Selection } from '../verdict/signals/promql';

/** Grafana's own variable: at least four scrapes, whatever the interval. */
export const RATE_RANGE = '$__rate_interval';

/** The PromQL of a signal; undefined when Prometheus cannot know it. */
export function queryOf(name: string, selection: Selection, range: string): string | undefined {
  const { prometheus } = signal(name);
  return isKnown(prometheus) ? prometheus.query(selection, range) : undefined;
}

/** The series that a claim is about, with the route as the service names it. */
export function selectionOf(
  { app = 'backend', role, name }: Operand,
  roles: Record<string, Requests | undefined>,
  namespace: string,
): Selection {
  const requests = role && roles[role];
  const route = routeOf(name) ?? requests?.route ?? routeOf(requests?.name);
  return { namespace, app, ...(route !== undefined && { route }) };
}

function routeOf(name: string | undefined): string | undefined {
  return name?.replace(/\?.*$/, '');
}

/**
 * An expression that has a value exactly where the condition holds; undefined when Prometheus cannot know it.
 */
export function conditionOf(
  { signal: name, is, threshold, app = 'backend' }: Condition,
  namespace: string,
  range: string,
): string | undefined {
  const query = queryOf(name, { namespace, app }, range);
  return query === undefined ? undefined : `(${query}) ${is} ${threshold}`;
}
