import type { Config } from '../config';
import { admission } from '../defences/admission';
import { resultCache } from '../defences/result-cache';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';
import type { Computation } from '../workers/cpu-work';

const PARAMETERS = {
  /** Units of CPU time. */
  complexity: { min: 1, max: 40, default: 30 },
  /** Tells computations of the same complexity apart, for the cache. */
  seed: { min: 0, max: 1_000_000_000, default: 0 },
};

/**
 * Computes in a worker thread. Too many of these requests exhaust the CPU, and their queue grows without
 * bound.
 */
export function cpuIntensive(work: Computation, faults: Faults, config: Config): Handler {
  const admit = admission(config.admissionLimit, 'admission');
  const cached = resultCache<{ digest: string; cpuMs: number }>(config.cpuCacheEntries);
  return async (request, response) => {
    const { complexity, seed } = readParameters(request.query, PARAMETERS);
    const compute = () => work.run(faults.cpuMicros(complexity), seed);
    const result = await cached(`${complexity} ${seed}`, () => admit(compute));
    response.json({ complexity, ...result });
  };
}
