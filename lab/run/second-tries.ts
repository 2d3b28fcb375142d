/**
 * Reruns the experiments, one at a time, that were inconclusive while others ran. The second report counts.
 * If there is none, or if its run was interrupted, the first report counts.
 * @param run runs an experiment; resolves to undefined when it was interrupted before anything was recorded
 */
export async function secondTries<R>(
  inconclusive: ReadonlyMap<string, R>,
  run: (name: string) => Promise<R | undefined>,
  conclude: (report: R) => void,
  stop: AbortSignal,
): Promise<void> {
  for (const [name, first] of inconclusive) {
    const second = stop.aborted ? undefined : await run(name);
    conclude(second === undefined || stop.aborted ? first : second);
  }
}
