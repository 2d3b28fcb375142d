import type { Handler } from '../endpoint';
import type { RetainedMemory } from '../retained-memory';

/** Frees what /api/memory-leak keeps. The garbage collector returns it to the system in its own time. */
export function memoryReset(memory: RetainedMemory): Handler {
  return (_, response) => void response.json({ releasedBytes: memory.release() });
}
