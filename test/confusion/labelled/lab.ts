import type { LabelledRun, Users } from '../labelled';
import { cpu, cpuLimit, fast, looping, order } from './users';

/** Users without a pause. Each request costs the generator, one thread, several times what it costs the service. */
const flood = (path: string, users: number): Users => looping({ path, timeoutSeconds: 30 }, users, 0);

export const GENERATOR: LabelledRun[] = [
  {
    name: 'flood-fast',
    what: 'three thousand users without a pause: more than the generator can send',
    kind: 'plain',
    causes: ['load generator'],
    set: cpuLimit('backend', 2000),
    load: { seconds: 20, users: [flood('/api/fast', 3000)] },
  },
  {
    name: 'flood-ping',
    what: 'three thousand users of another route without a pause',
    kind: 'other route',
    causes: ['load generator'],
    set: cpuLimit('backend', 2000),
    load: { seconds: 20, users: [flood('/api/ping', 3000)] },
  },
  {
    name: 'flood-arrivals',
    what: 'thirty thousand arrivals a second: more than the generator can send',
    kind: 'other limit',
    causes: ['load generator'],
    set: cpuLimit('backend', 2000),
    load: { seconds: 20, users: [{ path: '/health', rate: 30_000, timeoutSeconds: 30 }] },
  },
  {
    name: 'flood-and-orders',
    what: 'three thousand users without a pause, and some who read orders',
    kind: 'harmless confounder',
    causes: ['load generator'],
    set: cpuLimit('backend', 2000),
    load: { seconds: 20, users: [flood('/api/fast', 3000), order(10)] },
  },
];

/** Twelve busy processes on each core leave less than half a core for all pods together, whatever their limits. */
export const MACHINE: LabelledRun[] = [
  {
    name: 'machine-12-burners',
    what: 'enough CPU by its limit, but twelve busy processes on each core of the machine',
    kind: 'plain',
    causes: ['the machine'],
    set: cpuLimit('backend', 2000),
    burnersPerCore: 12,
    load: { seconds: 20, users: [cpu(50, { timeoutSeconds: 3 }), fast(5)] },
  },
  {
    name: 'machine-event-loop',
    what: 'CPU work on the event loop that one core could do, but twelve busy processes on each core',
    kind: 'other route',
    causes: ['the machine'],
    set: ['backend.offloadCpuWork=false', ...cpuLimit('backend', 2000)],
    burnersPerCore: 12,
    load: { seconds: 20, users: [order(10), cpu(40, { timeoutSeconds: 3 })] },
  },
  {
    name: 'machine-two-replicas',
    what: 'two replicas with enough CPU by their limits, but fourteen busy processes on each core',
    kind: 'other limit',
    causes: ['the machine'],
    set: ['backend.replicas=2', ...cpuLimit('backend', 1000)],
    burnersPerCore: 14,
    load: { seconds: 20, users: [cpu(50, { timeoutSeconds: 3 }), fast(5)] },
  },
  {
    name: 'machine-and-full-pool',
    what: 'enough CPU by its limit, twelve busy processes on each core, and orders all along',
    kind: 'harmless confounder',
    causes: ['the machine'],
    set: cpuLimit('backend', 1500),
    burnersPerCore: 12,
    load: { seconds: 20, users: [cpu(60, { timeoutSeconds: 3 }), order(5)] },
  },
];
