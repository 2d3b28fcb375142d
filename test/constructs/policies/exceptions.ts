/** A finding that a policy may have, and why it is right; docs/security.md lists them in the same words. */
export interface Exception {
  policy: string;
  /** Matches the policy's finding. */
  finds: RegExp;
  because: string;
}

const LOAD = /^(Job|TestRun)\/load: |^Pod\/load-collector: /;

export const EXCEPTIONS: Exception[] = [
  {
    policy: 'limits',
    finds: LOAD,
    because: 'a generator that is held back would blame the system for it',
  },
  {
    policy: 'requests',
    finds: /^TestRun\/load: /,
    because: 'what prepares and starts several generators is the k6 operator’s, and runs for a moment',
  },
  {
    policy: 'image',
    finds: /^TestRun\/load: undefined has no tag$/,
    because: 'the k6 operator starts generators by an image of its own release',
  },
  {
    policy: 'probes',
    finds: LOAD,
    because: 'the lab watches each generator itself, and a load is not begun twice',
  },
  {
    policy: 'probes',
    finds: /^Pod\/backend-test: /,
    because: 'a test runs to its end',
  },
];
