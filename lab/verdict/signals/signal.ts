import type { Recording } from '../../recording/recording';
import type { InPrometheus, NotInPrometheus } from './promql';

/** What a signal is asked about. */
export interface Subject {
  /** Containers of this app.kubernetes.io/name. */
  app: string;
  /** Requests of this scenario and name; all when left out. */
  scenario?: string;
  name?: string;
}

/**
 * One measurable thing. Claims, diagnosis, progress, dashboards and alerts all use signals, so that what
 * "p95" or "throttled" means is said once.
 */
export interface Signal {
  name: string;
  /** For people, in mid-sentence: "share of failed requests". */
  title: string;
  unit: 's' | 'ms' | '1/s' | 'share' | 'cores' | 'bytes' | 'count';
  /** Set when the value adds up over the part that it is asked about (kills, growth); others are levels. */
  adds?: true;
  /** Value over the part (from, to] of a recording, ms; undefined when nothing was measured in it. */
  over(recording: Recording, subject: Subject, from: number, to: number): number | undefined;
  /** The same, or the nearest to it, as a Prometheus that scrapes the same targets can say it. */
  prometheus: InPrometheus | NotInPrometheus;
}
