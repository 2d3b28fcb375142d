import type { Cause } from '../cause';
import { SUSTAINED, WAITS, DEPENDENCY_STAGES, DEPENDENCY_DEFENCES } from '../signs';

export const dependencyCpu: Cause = {
  name: 'dependency CPU',
  lesson: 'cascade-failure',
  mechanism:
    'the dependency had too little CPU of its own. Its answers came late, and whoever called it waited, with CPU to spare.',
  each: 'pod',
  app: 'downstream',
  explains: [...WAITS, 'fast error', 'other'],
  stages: DEPENDENCY_STAGES,
  defendedBy: DEPENDENCY_DEFENCES,
  includes: ['slow dependency', 'outgoing sockets'],
  signs: [
    {
      signal: 'cpu_limit_share',
      app: 'downstream',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.85,
      yes: "the dependency's CPU use was at its limit",
      no: "the dependency's CPU use stayed below its limit",
    },
    {
      signal: 'cpu_throttled_share',
      app: 'downstream',
      ...SUSTAINED,
      is: '>=',
      threshold: 0.5,
      yes: 'the dependency was throttled',
      no: 'the dependency was hardly throttled',
    },
  ],
  tryNext: [
    { says: 'give the dependency more CPU', set: { 'downstream.cpuLimitMillicores': 500 } },
    { says: 'call it less often' },
  ],
};
