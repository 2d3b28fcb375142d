import type { Config } from '../config';
import { pageOf } from '../defences/page';
import { streamThrough } from '../defences/streaming';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';
import type { RetainedMemory } from '../retained-memory';

const PARAMETERS = { size_mb: { min: 1, max: 100, default: 10 } };

/**
 * Keeps what it allocates, whatever the memory limit is. Streaming produces the same bytes and keeps none.
 * With pages, a request gets the first page, and its client asks again for the rest.
 */
export function memoryLeak(memory: RetainedMemory, faults: Faults, config: Config): Handler {
  const produce =
    config.streamInsteadOfRetain || !faults.retainsMemory
      ? streamThrough
      : (bytes: number) => memory.retain(bytes);
  return async (request, response) => {
    const asked = faults.memoryBytes(readParameters(request.query, PARAMETERS).size_mb);
    const { bytes: producedBytes, ...rest } = pageOf(asked, config.pageMebibytes);
    await produce(producedBytes);
    response.json({ producedBytes, retainedBytes: memory.bytes, ...rest });
  };
}
