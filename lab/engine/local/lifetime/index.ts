export { listRuns, openLifetime, removeStale, type Lifetime, type Reaped } from './lifetime';
