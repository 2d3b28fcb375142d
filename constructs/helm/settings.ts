import { placeholder } from '../placeholder';
import { propPaths, type PropPath } from '../prop-paths';
import type { LabProps } from '../schema';
import type { Installation } from '../shared';

/** Settings that are not values of the chart under their own names, with what they are in it. */
const ELSEWHERE = new Map([
  ['namespace', 'default .Release.Namespace .Values.namespaceOverride'],
  ['imageRegistry', '.Values.global.imageRegistry'],
]);
/** Only `lab run` makes the pods of a load. */
const LOAD = 'load.';

/** Every setting that is a value of the chart, in the order of the schema. */
export function chartSettings(): PropPath[] {
  return propPaths().filter(({ path }) => !ELSEWHERE.has(path) && !path.startsWith(LOAD));
}

/** The release is the installation. */
export const RELEASE: Installation = {
  instance: placeholder('string', '.Release.Name'),
  // Backquotes, because the expression may stand in a text with quotes of its own.
  namePrefix: placeholder('name', 'include `backend-under-load.namePrefix` .'),
};

/** Settings that are not set yet: each stands for its value in the chart. */
export function placeholderProps(): LabProps {
  const props = Object.fromEntries(
    [...ELSEWHERE].map(([name, helm]) => [name, placeholder<unknown>('string', helm)]),
  );
  for (const { path, type } of chartSettings()) {
    const steps = path.split('.');
    const group = steps
      .slice(0, -1)
      .reduce<Record<string, unknown>>((node, key) => (node[key] ??= {}) as never, props);
    // Helm reads numbers in YAML files as floating-point, and would write them as 1e+06.
    group[steps.at(-1)!] = placeholder(
      type,
      type === 'integer' ? `int64 .Values.${path}` : `.Values.${path}`,
    );
  }
  return props as unknown as LabProps;
}
