import type { Demand } from '../../model/experiment';
import { round } from '../format';

/** What arithmetic predicts before a run. */
export interface Predicted {
  /** Good answers per second for the aggressor; undefined where arithmetic only says whether it can work. */
  goodput?: number;
  /** Whether capacity meets demand. */
  enough: boolean;
  because: string;
}

/** The settings that predictions use, as recorded with every run. */
export interface Sized {
  backend: {
    replicas: number;
    cpuLimitMillicores: number;
    cpuMicrosPerComplexity: number;
    dbPoolSize: number;
    queryMs: number;
    workerThreads: number;
    defences: { admissionLimit: number; cpuCacheEntries: number };
  };
  postgres: { maxConnections: number; pooler?: { enabled: boolean; poolSize: number } };
}

/**
 * CPU of a request besides its work, µs: HTTP, JSON and the handover to a thread, as the settings explain.
 */
const AROUND_MICROS = 1000;
/** Connections that PostgreSQL reserves for superusers. */
const RESERVED = 3;

/** @param loadSeconds and goodMs: length of the load, and how late an answer may be */
export function predict(demand: Demand, props: Sized, loadSeconds: number, goodMs: number): Predicted {
  return demand.of === 'cpu'
    ? predictCpu(demand, props, loadSeconds, goodMs)
    : predictConnections(demand, props);
}

function predictCpu(
  { perSecond, complexity }: Extract<Demand, { of: 'cpu' }>,
  { backend }: Sized,
  loadSeconds: number,
  goodMs: number,
): Predicted {
  const { replicas, cpuLimitMillicores, cpuMicrosPerComplexity, workerThreads, defences } = backend;
  const micros = cpuMicrosPerComplexity * complexity + AROUND_MICROS;
  const cores = replicas * Math.min(cpuLimitMillicores / 1000, workerThreads);
  const capacity = (cores * 1e6) / micros;
  const counted = `${round(cores)} cores ÷ ${round(micros / 1000)} ms = ${round(capacity)}/s for ${perSecond}/s offered`;
  if (capacity >= perSecond || defences.cpuCacheEntries > 0) {
    return { goodput: perSecond, enough: true, because: `${counted}: enough` };
  }
  if (defences.admissionLimit > 0) {
    return { goodput: capacity, enough: false, because: `${counted}: admitted requests are answered` };
  }
  // The queue grows by the difference each second; once the wait is too long, no answer is in time any more.
  const inTimeSeconds = Math.min(loadSeconds, ((goodMs / 1000) * capacity) / (perSecond - capacity));
  return {
    goodput: (perSecond * inTimeSeconds) / loadSeconds,
    enough: false,
    because: `${counted}: after ${round(inTimeSeconds)} s the wait in the queue exceeds ${round(goodMs / 1000)} s`,
  };
}

function predictConnections(
  { queries }: Extract<Demand, { of: 'connections' }>,
  { backend, postgres }: Sized,
): Predicted {
  const { replicas, dbPoolSize, queryMs } = backend;
  const { pooler, maxConnections } = postgres;
  const allowed = maxConnections - RESERVED;
  const wanted = pooler?.enabled ? pooler.poolSize : replicas * dbPoolSize;
  const used = Math.min(wanted, allowed);
  // Little's law: this many at once, each for this long.
  const capacity = (used * 1000) / Math.max(queryMs, 1);
  const counted = pooler?.enabled
    ? `a pooler with ${wanted} connections`
    : `${replicas} × ${dbPoolSize} = ${wanted} connections wanted`;
  const law = `${used} ÷ ${queryMs} ms = ${round(capacity)} queries/s, ${round(capacity / queries)} requests/s at most`;
  const enough = wanted <= allowed;
  return {
    enough,
    because: `${counted}, ${maxConnections} − ${RESERVED} = ${allowed} allowed${enough ? '' : ': the rest is refused'}; ${law}`,
  };
}
