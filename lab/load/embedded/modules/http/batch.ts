/** Runs tasks in order, at most `limit` at once and at most `perHost` at once for the same host. */
export function runBatch<T>(
  tasks: { host: string; run: () => Promise<T> }[],
  limit: number,
  perHost: number,
): Promise<T[]> {
  const results = new Array<T>(tasks.length);
  const waiting = tasks.map((task, index) => ({ ...task, index }));
  const busy = new Map<string, number>();
  let running = 0;
  return new Promise((resolve, reject) => {
    const next = () => {
      for (let i = 0; i < waiting.length && running < limit;) {
        const used = busy.get(waiting[i]!.host) ?? 0;
        if (used < perHost) start(waiting.splice(i, 1)[0]!, used);
        else i++;
      }
      if (running === 0) resolve(results);
    };
    const start = ({ host, run, index }: (typeof waiting)[number], used: number) => {
      running++;
      busy.set(host, used + 1);
      run().then((result) => {
        results[index] = result;
        running--;
        busy.set(host, busy.get(host)! - 1);
        next();
      }, reject);
    };
    next();
  });
}
