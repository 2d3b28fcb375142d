import type { Handler } from '../endpoint';
import { prebuilt } from '../prebuilt';

/** Needs the event loop and nothing else: slow only when the loop or the CPU is. */
export const ping: Handler = prebuilt({ message: 'pong' });
