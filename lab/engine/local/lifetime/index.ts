export { listRuns, openLifetime, sweepStale, type Lifetime, type Reaped } from './lifetime';
