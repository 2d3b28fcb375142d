/** Two causes that look alike, and what decides between them. */
interface Alike {
  causes: readonly [string, string];
  decidedBy: string;
}

/** Printed where a run leaves two of them open, and as a table in docs/diagnosis.md. */
export const ALIKE: Alike[] = [
  {
    causes: ['cpu limit', 'event-loop block'],
    decidedBy:
      'the CPU time of one turn of the event loop: its median length × the CPU used (throttling makes turns longer but adds no CPU time)',
  },
  {
    causes: ['cpu limit', 'worker threads'],
    decidedBy: 'whether the CPU limit was reached while tasks queued for a thread',
  },
  {
    causes: ['cpu limit', 'retry storm'],
    decidedBy:
      'whether the system served the same demand well before, and whether each user now sends several requests',
  },
  {
    causes: ['retry storm', 'more requests per user'],
    decidedBy:
      'the answers per user: a retry ends with the first success, so retries never get a user more answers than before',
  },
  {
    causes: ['liveness probe', 'cpu limit'],
    decidedBy: 'whether nearly every request was answered until the first kill',
  },
  {
    causes: ['liveness probe', 'crash loop'],
    decidedBy:
      'whether the kubelet ended the container: if so, its event comes before the end, whatever the exit code',
  },
  {
    causes: ['crash', 'frozen process'],
    decidedBy: 'whether the process ended: a frozen one uses no CPU, answers no scrape, and goes on later',
  },
  { causes: ['crash', 'replica down'], decidedBy: 'whether another replica was ready meanwhile' },
  {
    causes: ['dependency down', 'slow dependency'],
    decidedBy: "whether calls were refused or cut off, or took long by the dependency's own measurement",
  },
  {
    causes: ['slow dependency', 'dependency CPU'],
    decidedBy: 'whether the dependency was at its own CPU limit',
  },
  {
    causes: ['slow dependency', 'outgoing sockets'],
    decidedBy: 'whether the dependency took longer than it does without load',
  },
  {
    causes: ['connection pool', 'slow database'],
    decidedBy: 'whether the same queries were far quicker at other times, or the pool had room',
  },
  {
    causes: ['connection pool', 'database CPU'],
    decidedBy: "the database's own CPU use",
  },
  {
    causes: ['slow database', 'database CPU'],
    decidedBy: "the database's own CPU use and throttling",
  },
  {
    causes: ['cpu limit', 'connection pool'],
    decidedBy:
      'whether the pool still fills with a larger CPU limit: a throttled process is late to return its connections',
  },
  {
    causes: ['cpu limit', 'outgoing sockets'],
    decidedBy:
      'whether calls still wait for a socket with a larger CPU limit: a throttled process is late to return its sockets',
  },
  {
    causes: ['cpu limit', 'slow dependency'],
    decidedBy: "the dependency's own measurement: a throttled caller also reads quick answers late",
  },
  {
    causes: ['connection pool', 'database connections'],
    decidedBy: 'whether the database refused connections',
  },
  {
    causes: ['load shed', 'cpu limit'],
    decidedBy: 'whether a resource behind the defence was still short',
  },
  {
    causes: ['application errors', 'database down'],
    decidedBy: 'the reason of the failures: a refused connection or an SQL error',
  },
  {
    causes: ['the machine', 'load generator'],
    decidedBy: 'whether the generator was busy itself when it ran late',
  },
];
