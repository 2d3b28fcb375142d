import type { Cause } from '../cause';
import { SUSTAINED } from '../signs';

/** A defence at work: requests fail because a setting refuses them, and no resource is short. */
export const loadShed: Cause = {
  name: 'load shed',
  lesson: 'cascade-failure',
  mechanism:
    'more requests arrived than a defence admits, and it refused the rest at once. The admitted requests were served, and nothing behind the defence ran short.',
  explains: ['fast error', 'slow error', 'client error'],
  stages: ['admission', 'bulkhead', 'breaker'],
  signs: [
    {
      signal: 'requests_shed',
      ...SUSTAINED,
      is: '>=',
      threshold: 5,
      yes: 'a defence refused at least one request a second to protect the others',
      no: 'no defence refused requests',
    },
  ],
  // The cause that the defence protects against says more, if it still shows.
  rank: 1,
  tryNext: [
    { says: 'do nothing if you can afford to refuse these requests: the defence works' },
    { says: 'add more of what it protects (concurrent calls, pods, connections), then raise the limit' },
  ],
};
