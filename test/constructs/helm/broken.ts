import fc from 'fast-check';
import { FORBIDDEN, MEANINGLESS, ORDERS, RESERVED } from '../../../constructs/checks';
import { chartSettings } from '../../../constructs/helm/settings';
import { mergeProps, type LabPropsInput, type PropPath } from '../../../constructs/props';
import { nested, validProps } from '../arbitraries';

const settings = chartSettings();
const ofType = (...types: PropPath['type'][]) =>
  fc.constantFrom(...settings.filter(({ type }) => types.includes(type)));
const at = (path: string) => settings.find((prop) => prop.path === path)!;

const outOfRange = ofType('integer').chain(({ path, minimum, maximum }) =>
  fc.constantFrom(minimum! - 1, maximum! + 1, minimum! + 0.5).map((value) => nested(path, value)),
);

/** For each type, values of the other types; null is how Helm removes a value. */
const wrongType = fc
  .constantFrom(...settings)
  .chain(({ path, type }) =>
    fc
      .constantFrom<unknown>(
        ...(type === 'integer' ? [] : [7]),
        'no such value!\n',
        ...(type === 'list' ? [] : [[1]]),
      )
      .map((value) => nested(path, value)),
  );

const unknownName = fc
  .tuple(
    fc.constantFrom('', 'backend.', 'backend.defences.', 'monitoring.'),
    fc.stringMatching(/^zz[a-z]{1,8}$/),
  )
  .map(([group, name]) => nested(group + name, 1));

const wrongName = fc
  .tuple(
    ofType('map'),
    fc.constantFrom('a b', '-', 'a/b/c', 'ends-', 'a..b/c', 'a.-b/c', `${'a'.repeat(252)}/c`),
  )
  .map(([{ path }, name]) => ({ path, name }))
  .map(({ path, name }) => setIn(path, name));

/** Contradictions that a JSON schema cannot express; the chart refuses them with the lab's own message. */
export const contradictions: fc.Arbitrary<LabPropsInput> = fc.oneof(
  fc
    .constantFrom(...ORDERS.filter(({ low }) => settings.some(({ path }) => path === low)))
    .chain(({ low, high }) => {
      const [min, max] = [at(low).minimum!, Math.min(at(low).maximum!, at(high).maximum!)];
      return fc
        .integer({ min: Math.max(min, at(high).minimum!), max: max - 1 })
        .chain((bound) =>
          fc
            .integer({ min: bound + 1, max })
            .map((value) => mergeProps(nested(low, value), nested(high, bound))),
        );
    }),
  fc
    .constantFrom(...MEANINGLESS)
    .map(({ path, other, value = 'mine' }) =>
      mergeProps(nested(path, at(path).type === 'integer' ? 30_080 : 'another'), nested(other, value)),
    ),
  fc.constantFrom(...FORBIDDEN).map(({ path, value }) => nested(path, value)),
  fc
    .constantFrom(...RESERVED)
    .chain(({ path, names, prefixes }) =>
      fc.constantFrom(...names, ...prefixes.map((prefix) => `${prefix}x`)).map((name) => setIn(path, name)),
    ),
  fc
    .constantFrom(
      { key: 'a', operator: 'Exists', value: 'x' },
      { operator: 'Equal', value: 'x' },
      { effect: 'NoSchedule' },
      { key: 'a', tolerationSeconds: 30 },
      { operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 0 },
    )
    .map((toleration) => ({ tolerations: [toleration] }) as LabPropsInput),
);

/** Settings with one mistake that the schema alone can detect. */
const malformed = fc.oneof(outOfRange, wrongType, unknownName, wrongName);

const broken = (mistakes: fc.Arbitrary<LabPropsInput>) =>
  fc.tuple(validProps, mistakes).map(([valid, mistake]) => replaceIn(valid, mistake) as LabPropsInput);

export const malformedProps = broken(malformed);
export const contradictoryProps = broken(contradictions);

function setIn(path: string, name: string): LabPropsInput {
  return nested(path, { [name]: 'x' });
}

/** Like mergeProps, but for values that mergeProps would refuse. */
function replaceIn(under: unknown, over: unknown): unknown {
  const isGroup = (node: unknown): node is Record<string, unknown> =>
    typeof node === 'object' && node !== null && !Array.isArray(node);
  if (!isGroup(under) || !isGroup(over)) return over;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = replaceIn(under[key], value);
  return merged;
}
