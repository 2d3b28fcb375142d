import type { Handler } from '../endpoint';
import type { Lifecycle } from '../lifecycle';

/** 200 while this process wants traffic: not before it is calibrated, and not while it drains. */
export function ready(lifecycle: Pick<Lifecycle, 'state'>): Handler {
  return (_, response) => {
    response.status(lifecycle.state === 'ready' ? 200 : 503).json({ status: lifecycle.state });
  };
}
