import { count } from '../harm/harm';
import { highest, type Recording, within } from '../../recording/recording';
import { signal } from '../signals';
import { gauge } from '../signals/resources';
import { type Settings, type Situation, valueAt } from './advice';

// What would have been enough for the load of a run. Each law is explained where it is used.

const STEP_MS = 5000;

/** Use of a resource that leaves room for bursts: beyond it, queues grow quickly (M/M/1 doubles its wait at 50 %). */
const TARGET_USE = 0.7;

/** A setting of the run, by its path; undefined if it is no number. */
function settingOf({ run }: Recording, path: string): number | undefined {
  const value = valueAt(run.props, path);
  return typeof value === 'number' ? value : undefined;
}

/** The most pods that the backend may have. */
function replicasOf(recording: Recording): number | undefined {
  const isScaled = valueAt(recording.run.props, 'autoscaling.enabled') === true;
  return settingOf(recording, isScaled ? 'autoscaling.maxReplicas' : 'backend.replicas');
}

/** Cores of the lab's machine. A cluster may have more, but a pod needs a node that has them. */
const coresOf = ({ hosts }: Recording): number => hosts.at(-1)?.cores ?? Infinity;

/** Of the best goodput. Steps with less also paid for answers that nobody waited for. */
const GOOD_STEP = 0.8;

/**
 * CPU for the offered rate: the CPU time of a good answer while most of them were good, times the highest rate at
 * which users wanted answers.
 */
export function enoughCpu({ recording }: Situation): Settings | undefined {
  const served = stepsOf(recording).flatMap(([from, to]) => {
    const cores = valueIn('cpu_usage', recording, from, to);
    const good = valueIn('goodput', recording, from, to);
    return cores && good ? [{ good, cost: cores / good }] : [];
  });
  const best = Math.max(...served.map(({ good }) => good));
  const costs = served.filter(({ good }) => good >= GOOD_STEP * best).map(({ cost }) => cost);
  const wanted = peak(recording, (from, to) => wantedRate(recording, from, to));
  const replicas = replicasOf(recording);
  const limit = settingOf(recording, 'backend.cpuLimitMillicores');
  if (costs.length === 0 || wanted === undefined || !replicas || !limit) return undefined;
  const each = roundUp((1000 * median(costs) * wanted) / TARGET_USE / replicas, 50);
  if (each <= limit || each > 1000 * coresOf(recording)) return undefined;
  // The event loop uses one core at most, and each worker thread another one.
  const threads = Math.ceil(each / 1000);
  const more = threads > (settingOf(recording, 'backend.workerThreads') ?? threads);
  const onLoop = threads > 1 && valueAt(recording.run.props, 'backend.offloadCpuWork') === false;
  return {
    'backend.cpuLimitMillicores': each,
    ...(onLoop && { 'backend.offloadCpuWork': true }),
    ...(more && { 'backend.workerThreads': threads }),
  };
}

/** How long an admitted request may wait and be worked on, s: half of what people wait without noticing. */
const IN_TIME = 0.5;

/** As many requests at once in each pod as it answers in time, by Little's law: those of the best five seconds. */
export function admissionInTime({ recording, harms }: Situation): Settings | undefined {
  const routes = new Set(harms.map(({ route }) => route));
  const good = recording.requests.filter(({ name, outcome }) => routes.has(name) && outcome === 'ok');
  const answered = peak(recording, (from, to) => count(within(good, from, to)) / ((to - from) / 1000));
  const replicas = replicasOf(recording);
  if (!answered || !replicas) return undefined;
  return { 'backend.defences.admissionLimit': Math.max(1, Math.floor((IN_TIME * answered) / replicas)) };
}

/** Threads for the tasks of the busiest pod: those that ran and those that waited, at the worst moment. */
export function enoughThreads({ recording }: Situation): Settings | undefined {
  const wanted = recording.podsOf('backend').map((pod) => {
    const own = recording.ofPod(pod, 'backend');
    return peak(own, (from, to) => {
      const busy = gauge(own, 'worker_threads_busy', from, to);
      const waiting = gauge(own, 'worker_queue_size', from, to);
      return busy === undefined || waiting === undefined ? undefined : busy + waiting;
    });
  });
  const most = Math.max(...wanted.map((count) => count ?? 0));
  const threads = settingOf(recording, 'backend.workerThreads');
  const limit = settingOf(recording, 'backend.cpuLimitMillicores');
  if (!threads || !limit) return undefined;
  // A queue holds what has piled up, so it overstates the need; more threads than cores do not help either.
  const enough = Math.min(Math.ceil(most), Math.max(Math.floor(limit / 1000), threads + 1));
  return enough > threads ? { 'backend.workerThreads': enough } : undefined;
}

/** Connections for the queries that wanted one at once: those that held one and those that waited, at the worst moment. */
export function enoughConnections({ recording, harms }: Situation): Settings | undefined {
  const wanted = peak(recording, (from, to) => {
    const total = gauge(recording, 'db_pool_total', from, to);
    const idle = gauge(recording, 'db_pool_idle', from, to);
    const waiting = gauge(recording, 'db_pool_waiting', from, to);
    return total === undefined || idle === undefined || waiting === undefined
      ? undefined
      : total - idle + waiting;
  });
  const replicas = replicasOf(recording);
  const size = settingOf(recording, 'backend.dbPoolSize');
  const allowed = settingOf(recording, 'postgres.maxConnections');
  if (wanted === undefined || !replicas || !size || !allowed) return undefined;
  // A queue holds what has piled up. Where requests were given up, the rates tell how many would not have waited.
  const most = Math.min(wanted, (replicas * size * excess(recording, harms)) / TARGET_USE);
  const each = Math.min(Math.ceil(most / replicas), LARGEST_POOL);
  if (each <= size) return undefined;
  const needed = replicas * each + RESERVED_CONNECTIONS;
  if (needed > MOST_CONNECTIONS) return undefined;
  return {
    'backend.dbPoolSize': each,
    ...(needed > allowed && { 'postgres.maxConnections': needed }),
  };
}

/** Requests with fewer failures than this tell nothing by their rate: their clients may have come later instead. */
const FEWEST_GIVEN_UP = 0.2;

/** How many times as many requests of the harmed routes ended as were good. */
function excess(recording: Recording, harms: Situation['harms']): number {
  const routes = new Set(harms.map(({ route }) => route));
  const ended = recording.requests.filter(({ name }) => routes.has(name));
  const [all, good] = [count(ended), count(ended.filter(({ outcome }) => outcome === 'ok'))];
  return good > 0 && all - good >= FEWEST_GIVEN_UP * all ? all / good : Infinity;
}

/** Connections for all pools at once. */
export function connectionsForPools({ recording }: Situation): Settings | undefined {
  const replicas = replicasOf(recording);
  const size = settingOf(recording, 'backend.dbPoolSize');
  const allowed = settingOf(recording, 'postgres.maxConnections');
  if (!replicas || !size || !allowed) return undefined;
  const needed = replicas * size + RESERVED_CONNECTIONS;
  return needed > allowed && needed <= MOST_CONNECTIONS ? { 'postgres.maxConnections': needed } : undefined;
}

/** The largest pool whose connections share what the database allows. */
export function poolWithin({ recording }: Situation): Settings | undefined {
  const replicas = replicasOf(recording);
  const allowed = settingOf(recording, 'postgres.maxConnections');
  const each = replicas && allowed ? Math.floor((allowed - RESERVED_CONNECTIONS) / replicas) : 0;
  return each >= 1 ? { 'backend.dbPoolSize': each } : undefined;
}

/** More connections of one pod only wait inside the database. */
const LARGEST_POOL = 100;

/** The largest value of postgres.maxConnections. */
const MOST_CONNECTIONS = 1000;

/** Those that PostgreSQL keeps for superusers, and one for the probe. */
const RESERVED_CONNECTIONS = 4;

/**
 * Memory for the whole load, if it goes on growing as it did before the first kill. Only growth that ends by
 * itself needs no more than that.
 */
export function enoughMemory({ recording }: Situation): Settings | undefined {
  const { loadFrom, until, pods } = recording;
  const kill = pods.find(({ app, reason }) => app === 'backend' && reason === 'OOMKilled');
  const limit = settingOf(recording, 'backend.memoryLimitMebibytes');
  if (loadFrom === undefined || !kill || kill.t <= loadFrom || !limit) return undefined;
  const series = recording
    .find('container_memory_working_set_bytes', { pod: kill.pod })
    .map((found) => highest(found, loadFrom - 1, loadFrom) ?? 0);
  const before = Math.max(0, ...series) / MEBIBYTE;
  const growthPerMs = (limit - before) / (kill.t - loadFrom);
  const needed = roundUp((before + growthPerMs * (until - loadFrom)) / 0.9, 64);
  return needed > limit && needed <= MOST_GROWTH * limit
    ? { 'backend.memoryLimitMebibytes': needed }
    : undefined;
}

/** Beyond that, it is a leak, and no limit is enough. */
const MOST_GROWTH = 8;

const MEBIBYTE = 2 ** 20;

/** How many requests users wanted, 1/s: what was offered, at the number of requests per user of a calm time. */
function wantedRate(recording: Recording, from: number, to: number): number | undefined {
  const offered = valueIn('offered_rate', recording, from, to);
  const perUser = stepsOf(recording)
    .map(([begin, end]) => valueIn('requests_per_iteration', recording, begin, end))
    .filter((value) => value !== undefined && value > 0) as number[];
  return offered === undefined || perUser.length === 0 ? undefined : offered * Math.min(...perUser);
}

function stepsOf({ loadFrom, until }: Recording): [number, number][] {
  if (loadFrom === undefined) return [];
  const count = Math.floor((until - loadFrom) / STEP_MS);
  return Array.from({ length: count }, (_, index) => [
    loadFrom + index * STEP_MS,
    loadFrom + (index + 1) * STEP_MS,
  ]);
}

function peak(
  recording: Recording,
  value: (from: number, to: number) => number | undefined,
): number | undefined {
  const values = stepsOf(recording)
    .map(([from, to]) => value(from, to))
    .filter((found) => found !== undefined);
  return values.length > 0 ? Math.max(...values) : undefined;
}

function valueIn(name: string, recording: Recording, from: number, to: number): number | undefined {
  return signal(name).valueIn(recording, { app: 'backend' }, from, to);
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;
