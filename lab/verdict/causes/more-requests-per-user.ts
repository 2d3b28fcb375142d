import type { Cause } from '../cause';
import { moreRequests, moreAnswers } from '../signs';

export const moreRequestsPerUser: Cause = {
  name: 'more requests per user',
  lesson: 'retry-storm',
  mechanism:
    'each user came to send more requests than at the beginning, and not because earlier ones had failed: a changed page, client or script asks more often. The system meets a larger load from the same number of users.',
  each: 'users',
  signs: [
    moreRequests,
    {
      ...moreAnswers,
      is: '>=',
      yes: 'users also got more answers each, so the further requests are not retries',
      no: 'users got no more answers each than at the beginning',
    },
  ],
  tryNext: [
    { says: 'ask for several things in one request, or keep what was asked for before' },
    { says: 'size the system for the new load' },
  ],
};
