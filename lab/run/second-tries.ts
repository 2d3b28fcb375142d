/**
 * Runs once more, alone, what was inconclusive beside others. The second report counts, unless there is none or its
 * run was interrupted: then the first is what there is.
 * @param run runs an experiment; undefined when it was interrupted before anything was recorded
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
