/**
 * Records experiments, several at the same time, and reports each one as soon as it is recorded.
 * @param names experiments, in the order in which they start
 * @param jobs how many run at the same time
 * @param record records one experiment; resolves to its folder, or to undefined when it was interrupted
 * before anything was recorded
 * @param recorded called for each recorded experiment
 * @throws the first error of `record` or `recorded`. No experiment starts after it; those already running
 * finish first.
 */
export async function recordSeveral(
  names: readonly string[],
  jobs: number,
  record: (name: string) => Promise<string | undefined>,
  recorded: (name: string, folder: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const waiting = [...names];
  const failures: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (;;) {
      const name = stop.aborted || failures.length > 0 ? undefined : waiting.shift();
      if (name === undefined) return;
      try {
        const folder = await record(name);
        if (folder !== undefined) recorded(name, folder);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  if (failures.length > 0) throw failures[0];
}
