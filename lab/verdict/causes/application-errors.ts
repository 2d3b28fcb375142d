import type { Cause } from '../cause';

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
