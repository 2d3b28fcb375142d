/**
 * Resolves after `ms` milliseconds, or at once when aborted. Uses the global timer, so that tests can run it
 * in virtual time.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, ms));
    signal?.addEventListener('abort', end, { once: true });
    if (signal?.aborted) end();
  });
}
