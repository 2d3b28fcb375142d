import type { Handler } from '../endpoint';
import type { Lifecycle } from '../lifecycle';
import { prebuilt } from '../prebuilt';

/** 200 while this process wants traffic: only after calibration, and not while it drains. */
export function ready(lifecycle: Pick<Lifecycle, 'state'>): Handler {
  const answers = {
    starting: prebuilt({ status: 'starting' }, 503),
    ready: prebuilt({ status: 'ready' }),
    draining: prebuilt({ status: 'draining' }, 503),
  };
  return (request, response) => answers[lifecycle.state](request, response);
}
