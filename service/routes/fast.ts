import type { Handler } from '../endpoint';
import { prebuilt } from '../prebuilt';

/** The cheapest route. It shows what the server itself can do. */
export const fast: Handler = prebuilt({ message: 'fast' });
