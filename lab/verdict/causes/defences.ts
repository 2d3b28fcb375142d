import { type Cause, requestsHarmed, SUSTAINED } from './sign';

/** A defence at work: requests fail because something was set to refuse them, and nothing else is short. */
export const loadShed: Cause = {
  name: 'load shed',
  lesson: 'cascade-failure',
  mechanism:
    'more was asked for than a defence lets in, and it refused the rest at once; what it let in was served, and nothing behind it was short.',
  signs: [
    {
      signal: 'requests_shed',
      ...SUSTAINED,
      is: '>=',
      threshold: 5,
      yes: 'requests were refused to protect the others, one a second or more',
      no: 'no defence refused requests',
    },
    requestsHarmed,
  ],
  // What a defence is protecting from says more, where it is still seen.
  last: true,
  tryNext: [
    'nothing, if what is refused can be done without: this is a defence that works',
    'more of what it protects (calls at once, pods, connections), and then a higher limit',
  ],
};
