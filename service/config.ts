import { parseInteger, quote } from './integer';
import { DEFENCES, type FlagSetting, type IntegerSetting, SETTINGS } from './settings';

export type Config = ReturnType<typeof readConfig>;

/**
 * The configuration from the environment variables. Missing ones get their defaults. settings.ts explains the
 * settings.
 * @throws Error with one line that names the variable, the value found and what is allowed.
 */
export function readConfig(env: NodeJS.ProcessEnv) {
  const { text, url, integer, flag, table } = reader(env);
  const { dbPoolSize, dbAcquireTimeoutMs, downstreamMaxSockets, ...own } = table(SETTINGS);
  const {
    downstreamTimeoutMs,
    breakerFailures,
    breakerResetMs,
    downstreamRetries,
    downstreamRetryBackoffMs,
    ...defences
  } = table(DEFENCES);
  return {
    host: text('HOST', '0.0.0.0'),
    port: integer('PORT', 8000, [0, 65_535]),
    podName: text('POD_NAME', 'backend'),
    /** Time between turning unready and refusing connections, for load balancers to notice. */
    drainDelayMs: integer('DRAIN_DELAY_MS', 0, [0, 60_000]),
    drainTimeoutMs: integer('DRAIN_TIMEOUT_MS', 10_000, [0, 600_000]),
    faultsEnabled: flag('FAULTS_ENABLED', true),
    ...own,
    ...defences,
    downstream: {
      url: url('DOWNSTREAM_URL', 'http://downstream:8080'),
      maxSockets: downstreamMaxSockets,
      timeoutMs: downstreamTimeoutMs,
      breakerFailures,
      breakerResetMs,
      retries: downstreamRetries,
      retryBackoffMs: downstreamRetryBackoffMs,
    },
    database: {
      host: text('DATABASE_HOST', 'postgres'),
      port: integer('DATABASE_PORT', 5432, [1, 65_535]),
      name: text('DATABASE_NAME', 'lab'),
      user: text('DATABASE_USER', 'lab'),
      password: text('DATABASE_PASSWORD', 'lab-only-password'),
      poolSize: dbPoolSize,
      acquireTimeoutMs: dbAcquireTimeoutMs,
    },
  };
}

type Settings = Record<string, IntegerSetting | FlagSetting>;
type SettingValues<Table extends Settings> = {
  [Name in keyof Table]: Table[Name] extends IntegerSetting ? number : boolean;
};

function reader(env: NodeJS.ProcessEnv) {
  const text = (name: string, fallback: string) => {
    const found = env[name] ?? fallback;
    return found !== '' ? found : reject(name, 'must not be empty', found);
  };
  const url = (name: string, fallback: string): string => {
    const found = text(name, fallback);
    const { protocol } = URL.canParse(found) ? new URL(found) : { protocol: '' };
    return protocol === 'http:' ? found : reject(name, 'must be an http:// URL', found);
  };
  const integer = (name: string, fallback: number, [min, max]: [number, number]): number => {
    const found = env[name] ?? String(fallback);
    return parseInteger(found, min, max) ?? reject(name, `must be an integer from ${min} to ${max}`, found);
  };
  const flag = (name: string, fallback: boolean): boolean => {
    const found = env[name] ?? String(fallback);
    if (found === 'true' || found === 'false') return found === 'true';
    return reject(name, 'must be true or false', found);
  };
  const table = <Table extends Settings>(settings: Table): SettingValues<Table> => {
    const values = Object.entries(settings).map(([name, setting]) => [
      name,
      'range' in setting
        ? integer(setting.env, setting.default, setting.range)
        : flag(setting.env, setting.default),
    ]);
    return Object.fromEntries(values) as SettingValues<Table>;
  };
  return { text, url, integer, flag, table };
}

function reject(name: string, rule: string, found: string): never {
  throw new Error(`${name} ${rule}, found ${quote(found)}`);
}
