import { streamThrough } from '../defences/streaming';
import type { Handler } from '../endpoint';
import type { Faults } from '../faults';
import { readParameters } from '../parameters';
import type { RetainedMemory } from '../retained-memory';

const PARAMETERS = { size_mb: { min: 1, max: 100, default: 10 } };

/** Keeps what it allocates, whatever the memory limit is; the defence produces the same bytes and keeps none. */
export function memoryLeak(memory: RetainedMemory, faults: Faults, streaming: boolean): Handler {
  const produce =
    streaming || !faults.retainsMemory ? streamThrough : (bytes: number) => memory.retain(bytes);
  return async (request, response) => {
    const producedBytes = faults.memoryBytes(readParameters(request.query, PARAMETERS).size_mb);
    await produce(producedBytes);
    response.json({ producedBytes, retainedBytes: memory.bytes });
  };
}
