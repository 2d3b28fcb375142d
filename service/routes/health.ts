import type { Handler } from '../endpoint';
import { prebuilt } from '../prebuilt';

/**
 * Alive: the process answers. It says nothing about the dependencies, because no restart would fix their
 * failure.
 */
export const health: Handler = prebuilt({ status: 'ok' });
