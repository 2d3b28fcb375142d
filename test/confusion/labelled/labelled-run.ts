/** What is done to the system, and what truly harms its requests: written down before the run. */
export interface LabelledRun {
  /** Unique, kebab-case. */
  name: string;
  /** What was done, one plain phrase, as the table says it. */
  what: string;
  kind:
    | 'other route'
    | 'half strength'
    | 'other limit'
    | 'two causes'
    | 'harmless confounder'
    | 'busy machine'
    | 'plain';
  /** All that are truly there. */
  causes: string[];
  /** LabProps, as for --set. */
  set?: string[];
  load: Load;
  /** Done to processes of the local engine during the load. */
  happens?: Happening[];
  burnersPerCore?: number;
}

/** A load as data, which one k6 script runs. It lasts 20 to 30 s. */
export interface Load {
  seconds: number;
  users: Users[];
}

export interface Users {
  /** With its query, e.g. /api/order?id=7. */
  path: string;
  /** k6's name tag. Default: the path without its query. */
  name?: string;
  /** Arrivals per second (open model), or … */
  rate?: number;
  /** … users in a loop (closed model). */
  vus?: number;
  /** Pause of a user in a loop after each iteration. */
  pauseSeconds?: number;
  /** Clients give up after it. Default: 5. */
  timeoutSeconds?: number;
  /** Requests per iteration, one after the other, whatever their result. Default: 1. */
  requests?: number;
  /** Further attempts after a failure, at once. Default: 0. */
  retries?: number;
  /** Seconds of the load in which these users are there. Default: all. */
  from?: number;
  to?: number;
}

export type Happening =
  /** SIGKILL once; the engine restarts it. */
  | { at: number; do: 'kill'; app: App; pod?: number }
  /** SIGKILL whenever it is there again. */
  | { at: number; do: 'keep dead'; app: App; pod?: number; until?: number }
  /** SIGSTOP, then SIGCONT; repeated every so many seconds. */
  | { at: number; do: 'freeze'; app: App; pod?: number; seconds: number; every?: number }
  /** Run on the database by a client of its own; seconds: how long the transaction stays open. */
  | { at: number; do: 'sql'; text: string; seconds?: number };

export type App = 'backend' | 'downstream' | 'postgres';
