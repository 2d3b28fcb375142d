import { LabError } from '../../../model/errors';
import { HttpMetrics } from '../modules/http/metrics';
import { RateLimit } from '../modules/net/rate-limit';
import { type IterationContext, type Script, ScriptException, type ScriptHost } from '../vu';
import { compile } from './compile';
import { Instance } from './instance';
import { clientOptions } from './options';
import { OnceLog, type Shared } from './shared';
import { TagSet } from './tag-set';

export interface ScriptSource {
  /** Path of a k6 script (.js or .ts). */
  path: string;
  /** The script's __ENV. */
  env: Record<string, string>;
  host: ScriptHost;
}

/**
 * Reads a k6 script and evaluates its init context once.
 * @throws LabError (usage) with file, line and column of a syntax error, of something that is not supported,
 * or of an exception in the init context.
 */
export async function loadScript({ path, env, host }: ScriptSource): Promise<Script> {
  const log = new OnceLog((line) => host.log(line));
  const shared: Shared = {
    host,
    log,
    compiled: compile(path),
    env,
    options: {},
    consolidated: {},
    client: clientOptions({}, (line) => host.log(line)),
    rateLimit: undefined,
    metrics: new HttpMetrics(host.sink, (name) => shared.client.systemTags.has(name)),
    root: new TagSet({}),
    arrays: new Map(),
    files: new Map(),
  };
  const main = initialize(shared);
  const { exports } = main;
  const runs = (name: string) => typeof exports[name] === 'function';
  return {
    options: shared.options,
    systemTags: shared.client.systemTags,
    consolidate(options) {
      shared.consolidated = options;
    },
    execs: Object.keys(exports).filter(runs),
    createVU: (id) => new Instance(id, shared),
    setup: runs('setup') ? (signal) => main.call(outside(env, signal), 'setup', [], '::setup') : undefined,
    teardown: runs('teardown')
      ? async (data, signal) => {
          await main.call(outside(env, signal), 'teardown', [data], '::teardown');
        }
      : undefined,
    handleSummary: runs('handleSummary')
      ? async (data, signal) => outputs(await main.call(outside(env, signal), 'handleSummary', [data]))
      : undefined,
    close: () => main.close(),
  };
}

/** Evaluates the script once to get its options, which all instances need. */
function initialize(shared: Shared): Instance {
  const main = inInitContext(() => new Instance(0, shared));
  const { exports } = main;
  shared.options = JSON.parse(JSON.stringify(exports.options ?? {})) as Record<string, unknown>;
  shared.client = clientOptions(shared.options, (line) => shared.log.once(line));
  if (shared.client.rps > 0) shared.rateLimit = new RateLimit(shared.client.rps);
  shared.root = new TagSet(shared.client.tags);
  return main;
}

function inInitContext<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ScriptException)) throw error;
    throw new LabError(
      `${error.location}: ${error.message}`,
      'usage',
      'Correct the init context of the script.',
    );
  }
}

/** The context of setup, teardown and handleSummary, which belong to no scenario. */
function outside(env: Record<string, string>, signal: AbortSignal): IterationContext {
  return {
    scenario: '',
    exec: '',
    env,
    tags: {},
    iterationInInstance: 0,
    iterationInTest: 0,
    iterationInScenario: 0,
    iterationInVU: 0,
    scenarioStartTime: Date.now(),
    executor: '',
    signal,
  };
}

/** The files that handleSummary asks for; undefined when it returns nothing. */
function outputs(result: unknown): Record<string, string | Buffer> | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const entries = Object.entries(result as Record<string, unknown>).map(
    ([name, content]): [string, string | Buffer] => [
      name,
      typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer),
    ],
  );
  return Object.fromEntries(entries);
}
