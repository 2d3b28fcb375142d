import type { Downstream } from '../downstream-client';
import type { Handler } from '../endpoint';

/** A victim: one call through the agent that /api/cascade-failure exhausts. */
export function price(downstream: Downstream): Handler {
  return async (_, response) => {
    const { latencyMs } = await downstream.call();
    response.json({ priceCents: 4_200, latencyMs });
  };
}
