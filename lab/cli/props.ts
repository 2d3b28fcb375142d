import { mergeProps, setProp, type LabPropsInput } from '../../constructs/props';
import { props as edited } from '../../main';
import { EXIT, LabError } from '../errors';

/**
 * The settings of a run: main.ts, then what the experiment and its arm change, then the command line.
 * @throws LabError (exit code 2) for a `--set` that is no path=value; PropsError for a wrong setting.
 */
export function propsOf(layers: (Record<string, unknown> | undefined)[], set: string[]): LabPropsInput {
  const merged = mergeProps(edited, ...(layers as (LabPropsInput | undefined)[]));
  return set.reduce((props, text) => {
    const equals = text.indexOf('=');
    if (equals < 1) {
      throw new LabError(
        `--set ${JSON.stringify(text)} is not of the form path=value.`,
        EXIT.usage,
        'For example: --set backend.cpuLimitMillicores=1000',
      );
    }
    return setProp(props, text.slice(0, equals), text.slice(equals + 1));
  }, merged);
}

/** Settings as they may be shown and recorded: passwords are left out. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const shown = Object.entries(value).filter(([key]) => !/password/i.test(key));
  return Object.fromEntries(shown.map(([key, inner]) => [key, withoutSecrets(inner)]));
}
