import fc from 'fast-check';

/**
 * Property tests draw the same inputs every time, so that a failure is the change's and not the day's;
 * `FC_SEED=random` draws new ones, as `npm run fuzz` does, and a number repeats a failure that was reported.
 */
const { FC_SEED = '1' } = process.env;
if (FC_SEED !== 'random') fc.configureGlobal({ seed: Number(FC_SEED) });
