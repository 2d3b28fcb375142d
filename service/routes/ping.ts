import type { Handler } from '../endpoint';
import { prebuilt } from '../prebuilt';

/** Needs only the event loop, so it is slow only when the loop or the CPU is. */
export const ping: Handler = prebuilt({ message: 'pong' });
