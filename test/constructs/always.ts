import fc from 'fast-check';
import { synthesize, type KubeObject, type LabPropsInput } from '../../constructs';
import { validProps } from './arbitraries';

/** Checks a claim for the objects of any valid settings. */
export const always = (claim: string, holds: (objects: KubeObject[], input: LabPropsInput) => void) =>
  test(claim, () => {
    fc.assert(
      fc.property(validProps, (input) => holds(synthesize(input), input)),
      { numRuns: 30 },
    );
  });
