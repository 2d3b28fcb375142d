import fc from 'fast-check';

/**
 * Property tests draw the same inputs every time, so a failure comes from a change and not from chance.
 * `FC_SEED=random` draws new inputs, as `npm run fuzz` does. A number repeats a reported failure.
 */
const { FC_SEED = '1' } = process.env;
if (FC_SEED !== 'random') fc.configureGlobal({ seed: Number(FC_SEED) });
