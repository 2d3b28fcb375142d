import type { Cause } from '../cause';

export const clientErrors: Cause = {
  name: 'client errors',
  lesson: 'baseline',
  mechanism:
    'the service refused requests because of what they asked for (status 4xx): a wrong path, a missing parameter or something that does not exist. No resource has to do with it.',
  explains: ['client error'],
  rank: 1,
  signs: [
    {
      signal: 'failed_rate_http_4xx',
      is: '>',
      threshold: 0,
      yes: 'the service answered with a 4xx status',
      no: 'no answer had a 4xx status',
    },
  ],
  tryNext: [{ says: 'correct the requests: the path, the parameters, or what they refer to' }],
};
