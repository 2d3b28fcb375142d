import type { Law } from './contention-queue';
import { type IntegerSetting, SETTINGS } from './settings';

export interface Config {
  host: string;
  port: number;
  law: Law;
  drainDelayMs: number;
  drainTimeoutMs: number;
}

/** Without faults: a dependency that answers fast, however many calls it gets. */
const FAULTLESS: Law = { baseLatencyMs: 5, maxConcurrency: Infinity, contentionPercent: 0 };

/**
 * The configuration from the environment variables. Their names end with the units.
 * @throws Error with one line that names the variable, the value found and what is allowed.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const setting = ({ env: name, default: preset, range }: IntegerSetting): number =>
    integer(env, name, preset, ...range);
  const law: Law = {
    baseLatencyMs: setting(SETTINGS.baseLatencyMs),
    maxConcurrency: setting(SETTINGS.maxConcurrency),
    contentionPercent: setting(SETTINGS.contentionPercent),
  };
  return {
    host: env.HOST ?? '0.0.0.0',
    port: integer(env, 'PORT', 8080, 0, 65_535),
    law: flag(env, 'FAULTS_ENABLED', true) ? law : FAULTLESS,
    drainDelayMs: integer(env, 'DRAIN_DELAY_MS', 0, 0, 60_000),
    drainTimeoutMs: integer(env, 'DRAIN_TIMEOUT_MS', 10_000, 0, 600_000),
  };
}

function integer(env: NodeJS.ProcessEnv, name: string, fallback: number, min: number, max: number): number {
  const text = env[name] ?? String(fallback);
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`${name} must be an integer from ${min} to ${max}, found ${JSON.stringify(text)}`);
}

function flag(env: NodeJS.ProcessEnv, name: string, fallback: boolean): boolean {
  const text = env[name] ?? String(fallback);
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error(`${name} must be true or false, found ${JSON.stringify(text)}`);
}
