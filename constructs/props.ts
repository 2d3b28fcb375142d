import { groupKeys, join, propAt } from './prop-paths';
import { describeIssues, PropsError, show, unknownPath, wrongValue } from './prop-problems';
import { labPropsSchema, type LabProps, type LabPropsInput } from './schema';

export { propPaths, type PropPath } from './prop-paths';
export { PropsError } from './prop-problems';
export { labPropsSchema, type LabProps, type LabPropsInput } from './schema';

type Tree = { [key: string]: unknown };

/** Pairs in which the first may not exceed the second, and what the second is to the first. */
const ORDERED: [low: string, high: string, relation: string][] = [
  ...['backend', 'downstream', 'postgres'].flatMap((part): [string, string, string][] => [
    [`${part}.cpuRequestMillicores`, `${part}.cpuLimitMillicores`, 'its limit '],
    [`${part}.memoryRequestMebibytes`, `${part}.memoryLimitMebibytes`, 'its limit '],
  ]),
  ['postgres.sharedBuffersMebibytes', 'postgres.memoryRequestMebibytes', ''],
  ['autoscaling.minReplicas', 'autoscaling.maxReplicas', ''],
];

/**
 * Completes and checks settings.
 * @throws PropsError listing every problem with path, value found and what is allowed.
 */
export function parseProps(input: LabPropsInput | undefined = {}): LabProps {
  const result = labPropsSchema.safeParse(input);
  const problems = result.success ? [] : describeIssues(result.error.issues, input);
  problems.push(...ORDERED.flatMap(([low, high, relation]) => checkOrder(input, low, high, relation)));
  if (get(input, 'postgres.user') === 'postgres') {
    problems.push(
      `postgres.user: 'postgres' is the superuser; allowed ${propAt('postgres.user')!.allowed}, other than postgres`,
    );
  }
  if (!result.success || problems.length > 0) throw new PropsError([...new Set(problems)]);
  return result.data;
}

/**
 * Merges settings group by group; the last layer wins. Layers stay as they are.
 * @throws PropsError for keys that would reach an object's prototype.
 */
export function mergeProps(...layers: (LabPropsInput | undefined)[]): LabPropsInput {
  return layers.reduce<Tree>((merged, layer) => mergeTrees(merged, (layer ?? {}) as Tree, ''), {});
}

/**
 * A copy of `input` with one setting changed; `text` is read as the setting's type demands ("3", "true").
 * @throws PropsError naming path, value and what is allowed.
 */
export function setProp(input: LabPropsInput, path: string, text: string): LabPropsInput {
  const prop = propAt(path);
  if (!prop) {
    const keys = groupKeys(path);
    throw new PropsError([
      keys
        ? `${path || 'settings'}: is a group; set one of ${keys.map((key) => join(path, key)).join(', ')}`
        : unknownPath(path),
    ]);
  }
  const change = path
    .split('.')
    .reduceRight<unknown>((value, key) => ({ [key]: value }), fromText(prop.type, text)) as LabPropsInput;
  const result = labPropsSchema.safeParse(change);
  if (!result.success) throw new PropsError([wrongValue(path, fromText(prop.type, text))]);
  return mergeProps(input, change);
}

function fromText(type: string, text: string): unknown {
  if (type === 'integer' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function checkOrder(input: unknown, low: string, high: string, relation: string): string[] {
  const [least, most] = [propAt(low)!, propAt(high)!];
  const found = get(input, low);
  const value = found ?? least.default;
  const bound = get(input, high) ?? most.default;
  if (typeof value !== 'number' || typeof bound !== 'number' || !(value > bound)) return [];
  if (bound < least.minimum! || value > least.maximum!) return []; // reported as out of range already
  const origin = found === undefined ? ' (the default)' : '';
  return [
    `${low}: ${show(value)}${origin} is above ${relation}${high} = ${bound}; allowed ${least.minimum}..${bound}`,
  ];
}

function get(input: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (node, key) => (isTree(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      input,
    );
}

function mergeTrees(under: Tree, over: Tree, path: string): Tree {
  const merged: Tree = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const here = join(path, key);
    if (key === '__proto__' || key === 'constructor' || key === 'prototype')
      throw new PropsError([unknownPath(here)]);
    if (value === undefined) continue;
    const below = merged[key];
    merged[key] = isTree(value) ? mergeTrees(isTree(below) ? below : {}, value, here) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
