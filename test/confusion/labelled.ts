import type { Experiment, Requests } from '../../lab/model/experiment';

/**
 * A run whose truth is known: what was done to the system, and the causes that are therefore there. They were
 * written down before the run, from what was done and from queueing arithmetic, never from a diagnosis.
 */
export interface LabelledRun {
  /** Unique, in kebab-case. */
  name: string;
  /** What was done, one plain phrase, as the table says it. */
  what: string;
  kind:
    | 'plain'
    | 'other route'
    | 'half strength'
    | 'other limit'
    | 'two causes'
    | 'harmless confounder'
    | 'busy machine';
  /** All causes that are truly there. */
  causes: string[];
  /**
   * What belongs to these causes so surely that it may be named beside them, e.g. the CPU limit of a survivor after the
   * other replica has died. Naming it is neither needed nor wrong.
   */
  besides?: string[];
  /** Settings, as for --set. */
  set?: string[];
  load: Load;
  happens?: Happening[];
  /** The number of busy processes beside the lab during the load, per core of the machine. */
  burnersPerCore?: number;
}

/** Data that one script, load.js, turns into requests. */
export interface Load {
  seconds: number;
  users: Users[];
}

/** Users of one kind: they arrive at a rate (open model), or a number of them runs in a loop (closed model). */
export interface Users {
  /** With its query. */
  path: string;
  /** k6's name tag. Default: the path without its query. */
  name?: string;
  /** Arrivals per second. */
  rate?: number;
  /** Users in a loop. */
  vus?: number;
  /** Pause of a user in a loop after each iteration. Default: none. */
  pauseSeconds?: number;
  /** How long clients wait. Default: 5. */
  timeoutSeconds?: number;
  /** Requests of one iteration, one after the other, whatever their result. Default: 1. */
  requests?: number;
  /** Further attempts after a failure, at once. Default: 0. */
  retries?: number;
  /** The seconds of the load in which these users are there. Default: all. */
  from?: number;
  to?: number;
}

export type App = 'backend' | 'downstream' | 'postgres';

/** What is done to processes during the load, `at` seconds after its begin. Pods count from 0, in order of creation. */
export type Happening =
  /** SIGKILL once; the engine restarts it. */
  | { at: number; do: 'kill'; app: App; pod?: number }
  /** SIGKILL now and whenever it is started again. */
  | { at: number; do: 'keep dead'; app: App; pod?: number; until?: number }
  /** SIGSTOP, and SIGCONT after `seconds`; again `every` so many seconds. */
  | { at: number; do: 'freeze'; app: App; pod?: number; seconds: number; every?: number }
  /** Run on the database by a client of its own. With `seconds`, its transaction stays open for so long. */
  | { at: number; do: 'sql'; text: string; seconds?: number };

/** The arm that a labelled run is recorded as. */
export const ARM = 'labelled';

/** The run as an experiment, which the recorder needs. Nobody judges its claims. */
export function experimentOf({ what, load }: LabelledRun): Experiment {
  const { seconds, users } = load;
  const [aggressor, victim] = users.map(requestsOf);
  const anyLoad = { signal: 'request_rate', is: '>=', threshold: 0.1 } as const;
  return {
    title: what,
    seconds: { full: seconds, compressed: seconds },
    roles: { aggressor: aggressor!, ...(victim && { victim }) },
    pressure: anyLoad,
    claims: [{ id: 'load', says: 'requests are sent', because: 'a diagnosis needs some', ...anyLoad }],
    arms: { [ARM]: { title: ARM, props: {}, env: { LOAD: JSON.stringify(load) } } },
  };
}

/** load.js names the scenarios in the same way. */
function requestsOf({ path, name = path.split('?')[0]! }: Users, index: number): Requests {
  return { scenario: `users-${index + 1}`, name, label: name };
}
