import type { Cause } from './cause';

/** Errors that the service answered with and that no resource explains. */
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

export const applicationErrors: Cause = {
  name: 'application errors',
  lesson: 'baseline',
  mechanism:
    'the service answered requests with an error of its own (status 5xx), and no resource was short that would explain it: look for a defect in its code, its configuration or its data.',
  explains: ['fast error', 'slow error'],
  rank: 2,
  signs: [
    {
      signal: 'failed_rate_http_5xx',
      is: '>',
      threshold: 0,
      yes: 'the service answered with a 5xx status',
      no: 'no answer had a 5xx status',
    },
  ],
  tryNext: [{ says: 'read the log of the service at the times given, and compare with its last change' }],
};
