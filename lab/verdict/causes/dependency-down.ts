import type { Cause } from '../cause';
import { SUSTAINED, DEPENDENCY_STAGES, DEPENDENCY_DEFENCES } from '../signs';

export const dependencyDown: Cause = {
  name: 'dependency down',
  lesson: 'cascade-failure',
  mechanism:
    'calls to a dependency failed because nothing answered at its address. Requests that need it failed with them; the others did not.',
  stages: DEPENDENCY_STAGES,
  defendedBy: DEPENDENCY_DEFENCES,
  includes: ['slow dependency', 'outgoing sockets'],
  signs: [
    {
      signal: 'dependency_unreachable',
      ...SUSTAINED,
      is: '>=',
      threshold: 1,
      yes: 'calls to the dependency were refused or cut off',
      no: 'no call to the dependency was refused or cut off',
    },
  ],
  tryNext: [
    { says: 'bring the dependency back, or correct its address' },
    {
      says: 'stop calling it meanwhile, and answer without it where that is possible',
      set: { 'backend.defences.breakerFailures': 5 },
      isLess: true,
    },
  ],
};
