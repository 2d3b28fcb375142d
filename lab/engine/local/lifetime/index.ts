export { listRuns, openLifetime, sweepStale, type Lifetime, type Swept } from './lifetime';
