import type { Users } from '../labelled';

/** The routes of the service as users ask for them, with the users' own rate or number. */
type More = Partial<Users>;

export const fast = (rate: number, more: More = {}): Users => ({ path: '/api/fast', rate, ...more });

/** CPU work. Complexity 30 takes 15 ms of CPU time at the default cost, and 1 ms more around it. */
export const cpu = (rate: number, more: More = {}, complexity = 30): Users => ({
  path: `/api/cpu-intensive?complexity=${complexity}`,
  rate,
  ...more,
});

/** One call of the dependency. */
export const price = (rate: number, more: More = {}): Users => ({ path: '/api/price', rate, ...more });

/** Five calls of the dependency at once. */
export const fanOut = (rate: number, more: More = {}): Users => ({
  path: '/api/cascade-failure',
  rate,
  ...more,
});

/** One read by primary key, a millisecond. */
export const order = (rate: number, more: More = {}, id = 5): Users => ({
  path: `/api/order?id=${id}`,
  rate,
  ...more,
});

/** So many sleeping queries at once, each backend.queryMs long. */
export const queries = (count: number, rate: number, more: More = {}): Users => ({
  path: `/api/db-pool-exhaust?concurrent_queries=${count}`,
  rate,
  ...more,
});

export const leak = (megabytes: number, rate: number, more: More = {}): Users => ({
  path: `/api/memory-leak?size_mb=${megabytes}`,
  rate,
  ...more,
});

/** Waits and nothing else. */
export const slow = (seconds: number, rate: number, more: More = {}): Users => ({
  path: `/api/slow?delay=${seconds}`,
  rate,
  ...more,
});

/** A path that does not exist: 404. */
export const wrongPath = (rate: number, more: More = {}): Users => ({ path: '/api/ordr', rate, ...more });

/** The users in a loop, in place of arrivals. */
export const looping = ({ rate: _rate, ...users }: Users, vus: number, pauseSeconds: number): Users => ({
  ...users,
  vus,
  pauseSeconds,
});

/** A dependency that takes so long for each call, however many there are. */
export const dependencyOf = (ms: number): string[] => [
  `downstream.baseLatencyMs=${ms}`,
  'downstream.maxConcurrency=1000',
  'downstream.contentionPercent=0',
];

/** A pool of so many connections, and a database that allows them. */
export const poolOf = (size: number): string[] => [
  `backend.dbPoolSize=${size}`,
  `postgres.maxConnections=${size + 10}`,
];

export const cpuLimit = (app: 'backend' | 'downstream' | 'postgres', millicores: number): string[] => [
  `${app}.cpuLimitMillicores=${millicores}`,
  `${app}.cpuRequestMillicores=${Math.min(millicores, 250)}`,
];
