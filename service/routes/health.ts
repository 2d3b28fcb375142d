import type { Handler } from '../endpoint';
import { prebuilt } from '../prebuilt';

/** Alive: the process answers. It says nothing about its dependencies, whose failure no restart would mend. */
export const health: Handler = prebuilt({ status: 'ok' });
