import type { HttpMetrics } from '../modules/http/metrics';
import type { ScriptHost } from '../vu';
import type { Compiled } from './compile';
import type { ClientOptions } from './options';
import type { TagSet } from './tag-set';

/** k6 repeats a warning for every request; a failing system would drown everything else in them. */
export class OnceLog {
  private readonly seen = new Set<string>();

  constructor(private readonly log: (line: string) => void) {}

  /** Logs a line the first time that it occurs. */
  once(line: string): void {
    if (this.seen.has(line) || this.seen.size >= MAX_DISTINCT) return;
    this.seen.add(line);
    this.log(line);
  }
}
const MAX_DISTINCT = 200;

/** What all VUs of a script share. */
export interface Shared {
  host: ScriptHost;
  log: OnceLog;
  compiled: Compiled;
  env: Record<string, string>;
  /** The script's options; complete once the init context was evaluated for the first time. */
  options: Record<string, unknown>;
  client: ClientOptions;
  metrics: HttpMetrics;
  /** Tags of the whole test. */
  root: TagSet;
  /** SharedArray by name. */
  arrays: Map<string, readonly unknown[]>;
  /** Contents of open() by path. */
  files: Map<string, Buffer>;
}
