import { mergeProps } from './merge-props';
import { groupKeys, join, propAround, type PropPath } from './prop-paths';
import { describeIssues, prototypeProblem, reachesPrototype, unknownPath } from './prop-problems';
import { PropsError } from './props-error';
import { labPropsSchema, type LabPropsInput } from './schema';

type Node = Record<string, unknown> | unknown[];

/**
 * A copy of `input` with one setting changed. The setting's type decides how `text` is read ("3", "true",
 * JSON for maps and lists). As with Helm, a path may lead into maps and lists: `nodeSelector.disktype`,
 * `tolerations[0].key`, and `commonLabels.example\.com/team`, with a backslash before a dot in a name.
 * @throws PropsError naming path, value and what is allowed.
 */
export function setProp(input: LabPropsInput, path: string, text: string): LabPropsInput {
  const steps = stepsOf(path);
  if (steps.some(reachesPrototype)) throw new PropsError([prototypeProblem(steps)]);
  const found = propAround(steps);
  if (!found || (found.inner.length > 0 && !holdsOthers(found.prop))) throw new PropsError([noSuch(path)]);
  const { prop, inner } = found;
  const value = inner.length === 0 ? fromText(prop, text) : within(input, prop, inner, text);
  const change = nest(prop.path.split('.'), value) as LabPropsInput;
  const result = labPropsSchema.safeParse(change);
  if (!result.success) throw new PropsError(describeIssues(result.error.issues, change));
  return mergeProps(input, change);
}

function noSuch(path: string): string {
  const keys = groupKeys(path);
  if (!keys) return unknownPath(path);
  return `${path || 'settings'}: is a group; set one of ${keys.map((key) => join(path, key)).join(', ')}`;
}

/** `a.b[0].c\.d` as [a, b, 0, c.d]. */
function stepsOf(path: string): string[] {
  const words = path.replace(/\[(\d+)\]/g, '.$1').match(/(?:\\.|[^.\\])+|(?<=\.|^)(?=\.|$)/g) ?? [];
  return words.map((word) => word.replace(/\\(.)/g, '$1'));
}

function holdsOthers({ type }: PropPath): boolean {
  return type === 'map' || type === 'list';
}

function fromText({ type }: PropPath, text: string): unknown {
  if (type === 'integer' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return type === 'map' || type === 'list' ? fromJson(text) : text;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The map or list of `input` with one item changed. */
function within(input: LabPropsInput, prop: PropPath, inner: string[], text: string): unknown {
  const now = prop.path.split('.').reduce<unknown>((node, key) => (node as never)?.[key], input);
  const changed = structuredClone(now ?? prop.default) as Node;
  // A label is text, whatever it looks like. Items of lists and affinities have their own types.
  const value =
    prop.type === 'map' && inner.length === 1
      ? text
      : /^(true|false|\d+)$/.test(text)
        ? fromJson(text)
        : text;
  put(changed, inner, value, prop.path);
  return changed;
}

function put(node: Node, [step, ...rest]: string[], value: unknown, path: string): void {
  const key = step!;
  const here = Array.isArray(node) ? `${path}[${key}]` : join(path, key);
  if (Array.isArray(node) && !(Number(key) <= node.length)) {
    throw new PropsError([`${here}: no such place in the list; allowed ${path}[0]..${path}[${node.length}]`]);
  }
  const holder = node as Record<string, unknown>;
  if (rest.length === 0) {
    holder[key] = value;
    return;
  }
  if (typeof holder[key] !== 'object' || holder[key] === null) holder[key] = /^\d+$/.test(rest[0]!) ? [] : {};
  put(holder[key] as Node, rest, value, here);
}

function nest(steps: string[], value: unknown): unknown {
  return steps.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}
