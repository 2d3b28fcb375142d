import type { Handler } from '../endpoint';
import type { Metrics } from '../metrics';

export function exposition({ registry }: Metrics): Handler {
  return async (_, response) => {
    response.set('Content-Type', registry.contentType).end(await registry.metrics());
  };
}
