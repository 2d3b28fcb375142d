import { crossProblems } from './checks';
import { describeIssues, prototypeProblems } from './prop-problems';
import { PropsError } from './props-error';
import { labPropsSchema, type LabProps, type LabPropsInput } from './schema';

export { mergeProps } from './merge-props';
export { propPaths, type PropPath } from './prop-paths';
export { PropsError } from './props-error';
export { setProp } from './set-prop';
export { labPropsSchema, type LabProps, type LabPropsInput } from './schema';

/**
 * Completes and checks settings.
 * @throws PropsError listing every problem with path, value found and what is allowed.
 */
export function parseProps(input: LabPropsInput | undefined = {}): LabProps {
  const result = labPropsSchema.safeParse(input);
  const problems = result.success ? [] : describeIssues(result.error.issues, input);
  problems.push(...prototypeProblems(input), ...crossProblems(input));
  if (!result.success || problems.length > 0) throw new PropsError([...new Set(problems)]);
  return result.data;
}
