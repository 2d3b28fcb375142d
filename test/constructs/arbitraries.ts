import fc from 'fast-check';
import { mergeProps, propPaths, setProp, type LabPropsInput, type PropPath } from '../../constructs/props';

const TEXTS: Record<string, fc.Arbitrary<string>> = {
  namespace: fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/),
  image: fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}(:[a-z0-9]{1,5})?$/),
  database: fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
  user: fc.stringMatching(/^app[a-z0-9]{0,8}$/),
  password: fc.stringMatching(/^[!-~]{1,20}$/),
  adminPassword: fc.stringMatching(/^[!-~]{1,20}$/),
  mode: fc.constantFrom('none', 'operator'),
};

/** A valid value of one setting, taken alone. */
export function validValue({
  path,
  type,
  minimum,
  maximum,
}: PropPath): fc.Arbitrary<number | boolean | string> {
  if (type === 'integer') return fc.integer({ min: minimum!, max: maximum! });
  if (type === 'boolean') return fc.boolean();
  return TEXTS[path.slice(path.lastIndexOf('.') + 1)]!;
}

export const leaf = fc.constantFrom(...propPaths());

/** A setting together with a valid value of it. */
export const leafAndValue = leaf.chain((prop) => validValue(prop).map((value) => ({ prop, value })));

export function nested(path: string, value: unknown): LabPropsInput {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as LabPropsInput;
}

const PAIRS = [
  ...['backend', 'downstream', 'postgres'].flatMap((part) => [
    [`${part}.cpuRequestMillicores`, `${part}.cpuLimitMillicores`],
    [`${part}.memoryRequestMebibytes`, `${part}.memoryLimitMebibytes`],
  ]),
  ['autoscaling.minReplicas', 'autoscaling.maxReplicas'],
] as const;

const orderedPairs = fc
  .tuple(
    ...PAIRS.map(([low, high]) => {
      const prop = propPaths().find(({ path }) => path === low)!;
      return fc
        .tuple(validValue(prop), validValue(prop))
        .map(([a, b]) => [nested(low, Math.min(+a, +b)), nested(high, Math.max(+a, +b))]);
    }),
  )
  .map((pairs) => mergeProps(...pairs.flat(), { postgres: { sharedBuffersMebibytes: 1 } }));

/** Valid settings: any values of any settings, with requests below limits. */
export const validProps: fc.Arbitrary<LabPropsInput> = fc
  .tuple(fc.array(leafAndValue, { maxLength: 20 }), orderedPairs)
  .map(([changes, ordered]) =>
    mergeProps(...changes.map(({ prop, value }) => setProp({}, prop.path, String(value))), ordered),
  );
