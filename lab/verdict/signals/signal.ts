import type { Recording } from '../../recording/recording';
import type { InPrometheus, NotInPrometheus } from './promql';

/** What a signal measures: one app's containers and some of the requests. */
export interface Subject {
  /** Containers of this app.kubernetes.io/name. */
  app: string;
  /** Requests of this scenario and name; all when left out. */
  scenario?: string;
  name?: string;
}

/**
 * One measurable quantity. Claims, diagnosis, progress, dashboards and alerts all use signals, so "p95" or
 * "throttled" is defined only once.
 */
export interface Signal {
  name: string;
  /** For people, in mid-sentence: "share of failed requests". */
  title: string;
  unit: 's' | 'ms' | '1/s' | 'share' | 'cores' | 'bytes' | 'count';
  /** Set when the value accumulates over the window (kills, growth). Other signals are levels. */
  adds?: true;
  /** Value over the window (from, to] of a recording, ms; undefined when nothing was measured in it. */
  valueIn(recording: Recording, subject: Subject, from: number, to: number): number | undefined;
  /** The same value, or the nearest to it, from a Prometheus that scrapes the same targets. */
  prometheus: InPrometheus | NotInPrometheus;
}

/** The route of a request by its name: a service counts by route, whatever the query. */
export const routeOf = (name: string): string => name.replace(/\?.*/s, '');
