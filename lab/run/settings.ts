import { mergeProps, setProp, type LabPropsInput } from '../../constructs/props';
import { props as edited } from '../../main';
import { LabError } from '../model/errors';

export { system } from '../../main';
export { withoutSecrets } from '../recording/secrets';

/**
 * The settings of a run. Later sources override earlier ones: main.ts, the experiment, its arm, the command
 * line.
 * @param home the namespace of the kubeconfig context, which any of the sources overrides.
 * @throws LabError (usage) for a `--set` that is not path=value; PropsError for an invalid setting.
 */
export function propsOf(
  layers: (Record<string, unknown> | undefined)[],
  set: string[],
  home?: string,
): LabPropsInput {
  const merged = mergeProps({ namespace: home }, edited, ...(layers as (LabPropsInput | undefined)[]));
  return set.reduce((props, text) => {
    const equals = text.indexOf('=');
    if (equals < 1) {
      throw new LabError(
        `--set ${JSON.stringify(text)} is not of the form path=value.`,
        'usage',
        'For example: --set backend.cpuLimitMillicores=1000',
      );
    }
    return setProp(props, text.slice(0, equals), text.slice(equals + 1));
  }, merged);
}
