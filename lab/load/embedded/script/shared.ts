import type { HttpMetrics } from '../modules/http/metrics';
import type { RateLimit } from '../modules/net/rate-limit';
import type { ScriptHost } from '../vu';
import type { Compiled } from './compile';
import type { ClientOptions } from './options';
import type { TagSet } from './tag-set';

/**
 * Logs each warning once. k6 repeats them for every request, which would flood the log when a system fails.
 */
export class OnceLog {
  private readonly seen = new Set<string>();

  constructor(private readonly log: (line: string) => void) {}

  /** Logs a line only the first time it occurs. */
  once(line: string): void {
    if (this.seen.has(line) || this.seen.size >= MAX_DISTINCT) return;
    this.seen.add(line);
    this.log(line);
  }
}
const MAX_DISTINCT = 200;

/** Everything that all VUs of a script share. */
export interface Shared {
  host: ScriptHost;
  log: OnceLog;
  compiled: Compiled;
  env: Record<string, string>;
  /** The script's options. Complete after the first evaluation of the init context. */
  options: Record<string, unknown>;
  /** The options with all defaults and the scenario of a shortcut, as exec.test.options shows them. */
  consolidated: Record<string, unknown>;
  client: ClientOptions;
  /** The option `rps`; undefined without a limit. */
  rateLimit: RateLimit | undefined;
  metrics: HttpMetrics;
  /** Tags of the whole test. */
  root: TagSet;
  /** Contents of SharedArray by name. */
  arrays: Map<string, readonly unknown[]>;
  /** Contents of open() by path. */
  files: Map<string, Buffer>;
}
