import type { LabelledRun } from '../labelled';

/** Keeps a server process of the database computing for 18 s. It needs no table, memory or disk. */
const COMPUTE_18_SECONDS = `DO $$
DECLARE ends timestamptz := clock_timestamp() + interval '18 seconds';
BEGIN
  WHILE clock_timestamp() < ends LOOP
  END LOOP;
END $$`;

const LOCK = 'LOCK TABLE orders IN ACCESS EXCLUSIVE MODE';

/**
 * Runs that were designed without knowledge of the diagnosis' rules, each with the arithmetic behind its
 * label. A request of complexity c takes c/2 ms of CPU by default, and about 1 ms for everything around it.
 */
export const BLIND: LabelledRun[] = [
  // 22/s x 16 ms = 0.35 of 0.5 cores; an order waits at most for the rest of a throttled 100 ms period.
  {
    name: 'busy-everywhere-in-time',
    what: 'CPU work at 70 % of the limit and a long computation in the database, but all answers are quick',
    kind: 'harmless confounder',
    causes: ['healthy'],
    load: {
      seconds: 25,
      users: [
        { path: '/api/cpu-intensive?complexity=30', rate: 22 },
        { path: '/api/order?id=12', rate: 5 },
        { path: '/api/fast', rate: 10 },
      ],
    },
    happens: [{ at: 4, do: 'sql', text: COMPUTE_18_SECONDS }],
  },
  // 1 of 61 orders is 404 (1.6 %); the burst takes 200/s x 0.2 ms = 0.04 cores.
  {
    name: 'few-missing-orders-and-a-burst',
    what: 'one order in sixty does not exist, and for three seconds 200 cheap requests/s come on top',
    kind: 'harmless confounder',
    causes: ['healthy'],
    load: {
      seconds: 24,
      users: [
        { path: '/api/order?id=5', rate: 60 },
        { path: '/api/order?id=4242', rate: 1 },
        { path: '/api/fast', rate: 10 },
        { path: '/api/fast', rate: 200, from: 10, to: 13 },
      ],
    },
  },
  // Nobody calls a route that needs the dependency.
  {
    name: 'unused-dependency-gone',
    what: 'the dependency is killed again and again, but no request needs it',
    kind: 'harmless confounder',
    causes: ['healthy'],
    load: {
      seconds: 24,
      users: [
        { path: '/api/order?id=31', rate: 20 },
        { path: '/api/fast', rate: 20 },
        { path: '/api/cpu-intensive?complexity=10', rate: 8 },
      ],
    },
    happens: [{ at: 5, do: 'keep dead', app: 'downstream' }],
  },
  // 60/s x 2 ms = 0.12 requests in flight, so the kill cuts off at most one or two of 60 a second.
  {
    name: 'one-of-three-killed-unnoticed',
    what: 'one of three replicas is killed whenever it starts, and the other two easily serve everybody',
    kind: 'harmless confounder',
    causes: ['healthy'],
    set: ['backend.replicas=3'],
    load: {
      seconds: 24,
      users: [
        { path: '/api/fast', rate: 30 },
        { path: '/api/ping', rate: 30 },
      ],
    },
    happens: [{ at: 8, do: 'keep dead', app: 'backend', pod: 1 }],
  },
  // In 25 s, 100 x 3 MB + 110 MB of the process stay below 512 MiB even if nothing is ever freed.
  {
    name: 'slow-exports-while-a-cache-fills',
    what: '120 users wait for answers that take four seconds by themselves, while a cache fills',
    kind: 'harmless confounder',
    causes: ['slow I/O only'],
    load: {
      seconds: 25,
      users: [
        { path: '/api/slow?delay=4', vus: 120, pauseSeconds: 1, timeoutSeconds: 15 },
        { path: '/api/memory-leak?size_mb=3', rate: 4 },
        { path: '/api/fast', rate: 10 },
      ],
    },
  },
  // Killed, restarted, killed, then 10 s of back-off: 10 of 28 orders fail, 0.6 % of all requests.
  {
    name: 'rare-orders-without-database',
    what: 'the database is away from second 8 to 18, which one request in sixty needs',
    kind: 'other route',
    causes: ['database down'],
    load: {
      seconds: 28,
      users: [
        { path: '/api/order?id=77', rate: 1 },
        { path: '/api/fast', rate: 60 },
      ],
    },
    happens: [{ at: 8, do: 'keep dead', app: 'postgres', until: 16 }],
  },
  // Nothing listens on that port of the dependency: every call is refused at once.
  {
    name: 'wrong-port-of-dependency',
    what: 'the backend has a wrong port for the dependency, and other programs use the cores',
    kind: 'busy machine',
    causes: ['dependency down'],
    set: ['backend.extraEnv=[{"name":"DOWNSTREAM_URL","value":"http://downstream:8081"}]'],
    load: {
      seconds: 22,
      users: [
        { path: '/api/price', rate: 3 },
        { path: '/api/order?id=3', rate: 5 },
        { path: '/api/fast', rate: 20 },
      ],
    },
    burnersPerCore: 1,
  },
  // Over 40 is 400 at once: 12 of 20 requests/s. The valid ones take 8/s x 11 ms = 0.09 of 0.5 cores.
  {
    name: 'retried-bad-parameter',
    what: 'some clients send a complexity out of range, and send it three times more when it is refused',
    kind: 'other route',
    causes: ['client errors'],
    load: {
      seconds: 24,
      users: [
        { path: '/api/cpu-intensive?complexity=20', rate: 8 },
        { path: '/api/cpu-intensive?complexity=80', rate: 3, retries: 3 },
        { path: '/api/price', rate: 5 },
      ],
    },
  },
  // From then on, every order fails at once (42P01), while database and pool have all the room.
  {
    name: 'table-renamed-during-the-run',
    what: 'a migration renames the table that the code still reads',
    kind: 'plain',
    causes: ['application errors'],
    load: {
      seconds: 26,
      users: [
        { path: '/api/order?id=8', rate: 5 },
        { path: '/api/price', rate: 5 },
        { path: '/api/fast', rate: 20 },
      ],
    },
    happens: [{ at: 11, do: 'sql', text: 'ALTER TABLE orders RENAME TO orders_2025' }],
  },
  // Half of the clients leave after 2 s of the 4 s; 4/s x 4 s take 16 of 30 connections (57 are allowed).
  {
    name: 'table-locked-now-and-then',
    what: 'a maintenance job locks the table three times for four seconds; the pool is large',
    kind: 'half strength',
    causes: ['slow database'],
    set: ['backend.dbPoolSize=30', 'postgres.maxConnections=60'],
    load: {
      seconds: 28,
      users: [
        { path: '/api/order?id=9', rate: 4, timeoutSeconds: 2 },
        { path: '/api/price', rate: 5 },
      ],
    },
    happens: [
      { at: 4, do: 'sql', text: LOCK, seconds: 4 },
      { at: 12, do: 'sql', text: LOCK, seconds: 4 },
      { at: 20, do: 'sql', text: LOCK, seconds: 4 },
    ],
  },
  // 5 - 3 reserved = 2 connections, so three of five queries are refused (53300) and the request fails.
  {
    name: 'database-for-two-clients',
    what: 'the database allows two connections, and each report wants five at once',
    kind: 'other limit',
    causes: ['database connections'],
    set: ['postgres.maxConnections=5'],
    load: {
      seconds: 22,
      users: [
        { path: '/api/db-pool-exhaust?concurrent_queries=5', rate: 2 },
        { path: '/api/fast', rate: 20 },
      ],
    },
  },
  // The pool serves 100 queries/s. Wanted are 50/s, in the crowd 300/s, with retries 5 x 4 x 10 = 200/s.
  {
    name: 'retries-keep-the-pool-full',
    what: 'a crowd of four seconds fills the connection pool, and retries of the usual users keep it full',
    kind: 'two causes',
    causes: ['retry storm', 'connection pool'],
    load: {
      seconds: 30,
      users: [
        { path: '/api/db-pool-exhaust?concurrent_queries=10', rate: 5, timeoutSeconds: 2, retries: 3 },
        {
          path: '/api/db-pool-exhaust?concurrent_queries=10',
          rate: 25,
          timeoutSeconds: 2,
          retries: 3,
          from: 6,
          to: 10,
        },
        { path: '/api/fast', rate: 5 },
      ],
    },
  },
  // 300 calls/s x 0.1 ms or more = 30 ms of CPU a second; there are 20, and its own law allows 200 000/s.
  {
    name: 'dependency-with-too-little-cpu',
    what: 'the dependency has a fiftieth of a core, and everything else has room',
    kind: 'other limit',
    causes: ['dependency CPU'],
    set: [
      'backend.cpuLimitMillicores=1000',
      'backend.memoryLimitMebibytes=1024',
      'downstream.cpuRequestMillicores=20',
      'downstream.cpuLimitMillicores=20',
      'downstream.baseLatencyMs=5',
      'downstream.maxConcurrency=1000',
      'downstream.contentionPercent=0',
    ],
    load: {
      seconds: 22,
      users: [
        { path: '/api/cascade-failure', rate: 60 },
        { path: '/api/price', rate: 5 },
        { path: '/api/fast', rate: 10 },
      ],
    },
  },
  // 1000 queries/s x 0.04 ms or more = 40 ms of CPU a second, and there are 20; no query sleeps.
  {
    name: 'database-with-too-little-cpu',
    what: 'the database has a fiftieth of a core for a thousand tiny queries a second',
    kind: 'other limit',
    causes: ['database CPU'],
    set: [
      'backend.cpuLimitMillicores=1000',
      'backend.queryMs=0',
      'postgres.cpuRequestMillicores=20',
      'postgres.cpuLimitMillicores=20',
    ],
    load: {
      seconds: 24,
      users: [
        { path: '/api/db-pool-exhaust?concurrent_queries=50', rate: 20 },
        { path: '/api/order?id=21', rate: 4 },
        { path: '/api/fast', rate: 10 },
      ],
    },
  },
  // 18/s x 100 ms want 1.8 threads. One uses 1 of 2 cores; the queue grows by 0.8 s each second.
  {
    name: 'one-worker-thread',
    what: 'two cores, but only one thread for the CPU work',
    kind: 'other limit',
    causes: ['worker threads'],
    set: [
      'backend.cpuLimitMillicores=2000',
      'backend.workerThreads=1',
      'backend.cpuMicrosPerComplexity=2500',
    ],
    load: {
      seconds: 22,
      users: [
        { path: '/api/cpu-intensive?complexity=40', rate: 18 },
        { path: '/api/fast', rate: 10 },
      ],
    },
  },
  // Three quarters of the clients leave after 1 s of the 4 s; 6/s x 4 s take 24 of 50 sockets.
  {
    name: 'dependency-freezes-now-and-then',
    what: 'the dependency stands still for four seconds in every nine',
    kind: 'half strength',
    causes: ['frozen process'],
    load: {
      seconds: 28,
      users: [
        { path: '/api/price', rate: 6, timeoutSeconds: 1 },
        { path: '/api/order?id=2', rate: 5 },
        { path: '/api/fast', rate: 10 },
      ],
    },
    happens: [{ at: 4, do: 'freeze', app: 'downstream', seconds: 4, every: 9 }],
  },
  // 40 x 60 ms = 2.4 s on the loop, so one of its probes waits over 1 s. One thread needs 1 of 2 cores.
  {
    name: 'rare-long-computation-and-strict-probe',
    what: 'one user computes for 2.4 s on the event loop, and one late probe is enough for a restart',
    kind: 'two causes',
    causes: ['event-loop block', 'liveness probe'],
    set: [
      'backend.cpuLimitMillicores=2000',
      'backend.offloadCpuWork=false',
      'backend.cpuMicrosPerComplexity=60000',
      'backend.livenessProbe.periodSeconds=1',
      'backend.livenessProbe.timeoutSeconds=1',
      'backend.livenessProbe.failureThreshold=1',
    ],
    load: {
      seconds: 28,
      users: [
        { path: '/api/cpu-intensive?complexity=40', vus: 1, pauseSeconds: 3, from: 4 },
        { path: '/api/fast', rate: 10, timeoutSeconds: 1 },
      ],
    },
  },
  // Five places take one request of 180 to 230 ms, and one comes every 143 ms; the dependency does ten.
  {
    name: 'bulkhead-too-small',
    what: 'a bulkhead refuses every second request, though nothing is scarce',
    kind: 'half strength',
    causes: ['load shed'],
    set: ['backend.defences.bulkheadMaxConcurrent=5', 'downstream.baseLatencyMs=180'],
    load: {
      seconds: 22,
      users: [
        { path: '/api/cascade-failure', rate: 7 },
        { path: '/api/price', rate: 3 },
        { path: '/api/fast', rate: 20 },
      ],
    },
  },
  // A start takes about 1 s of CPU, thus 2 s at half a core. Until then, everything is refused.
  {
    name: 'killed-once',
    what: 'the only backend process is killed once, late in a quiet run',
    kind: 'plain',
    causes: ['crash'],
    load: {
      seconds: 26,
      users: [
        { path: '/api/order?id=14', rate: 10 },
        { path: '/api/fast', rate: 20 },
      ],
    },
    happens: [{ at: 14, do: 'kill', app: 'backend' }],
  },
  // 10/s x 16 ms = 0.16 of 0.5 cores, x 15 = 2.4. After 4 s, 31 users share 31 answers a second.
  {
    name: 'new-version-of-the-client',
    what: 'from second 10 on, each of as many users sends fifteen requests instead of one',
    kind: 'two causes',
    causes: ['more requests per user', 'cpu limit'],
    load: {
      seconds: 28,
      users: [
        { path: '/api/cpu-intensive?complexity=30', rate: 10, to: 10 },
        { path: '/api/cpu-intensive?complexity=30', rate: 10, requests: 15, from: 10 },
        { path: '/api/fast', rate: 5 },
      ],
    },
  },
  // 4/s x 2.5 s take 10 of 50 sockets and of 100 places: no queue. The database never comes back.
  {
    name: 'slow-dependency-then-no-database',
    what: 'the dependency takes 2.5 s all the time, and the database is away from second 12 on',
    kind: 'two causes',
    causes: ['slow dependency', 'database down'],
    set: ['downstream.baseLatencyMs=2500', 'downstream.maxConcurrency=100', 'downstream.contentionPercent=0'],
    load: {
      seconds: 26,
      users: [
        { path: '/api/price', rate: 4 },
        { path: '/api/order?id=6', rate: 6 },
        { path: '/api/fast', rate: 10 },
      ],
    },
    happens: [{ at: 12, do: 'keep dead', app: 'postgres' }],
  },
  // 16 MB/s use up 146 MB beside the process in 9 s; the 60 entries would be 480 MB.
  {
    name: 'small-leak-in-a-small-pod',
    what: 'two requests a second keep 8 MB each in a pod of 256 MiB, beside thirty that keep nothing',
    kind: 'half strength',
    causes: ['memory limit'],
    set: ['backend.memoryLimitMebibytes=256'],
    load: {
      seconds: 30,
      users: [
        { path: '/api/memory-leak?size_mb=8', rate: 2 },
        { path: '/api/price', rate: 5 },
        { path: '/api/fast', rate: 25 },
      ],
    },
  },
];
