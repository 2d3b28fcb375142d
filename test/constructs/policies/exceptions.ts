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
    policy: 'image',
    finds: /^TestRun\/load: undefined has no tag$/,
    because: 'the k6 operator starts generators with the image of its own release',
  },
  {
    policy: 'probes',
    finds: LOAD,
    because: 'the lab watches each generator itself and never starts a load twice',
  },
  {
    policy: 'probes',
    finds: /^Pod\/backend-test: /,
    because: 'a test pod runs to completion',
  },
];
