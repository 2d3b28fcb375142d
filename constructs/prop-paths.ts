import { z } from 'zod';
import { labPropsSchema } from './schema';
import { TEXTS } from './setting';

/** A setting as documentation, command line and error messages show it. */
export interface PropPath {
  /** E.g. "backend.cpuLimitMillicores". */
  path: string;
  /** A map holds names that users choose, a list holds items. Each is one setting, however deep. */
  type: 'integer' | 'boolean' | 'string' | 'map' | 'list';
  default: number | boolean | string | Record<string, unknown> | unknown[];
  minimum?: number;
  maximum?: number;
  /** Range or form in words, e.g. "10..64000". */
  allowed: string;
  /** What it is, and the reason for the default. */
  description: string;
}

/** The JSON schema that zod makes of the schema. */
export interface JsonSchema {
  type: 'object' | 'array' | 'integer' | 'boolean' | 'string';
  description: string;
  default?: PropPath['default'];
  properties?: Record<string, JsonSchema>;
  /** Of a map: its keys and values. */
  propertyNames?: Partial<JsonSchema>;
  additionalProperties?: false | Partial<JsonSchema>;
  items?: JsonSchema;
  minimum?: number;
  maximum?: number;
  enum?: string[];
  pattern?: string;
}

const ROOT = z.toJSONSchema(labPropsSchema, { io: 'input' }) as unknown as JsonSchema;
const WORDS = new Map<string, string>(
  Object.values(TEXTS).map((text) => [text.pattern.source, text.allowed]),
);
const LEAVES = leavesOf(ROOT);
const BY_PATH = new Map(LEAVES.map((leaf) => [leaf.path, leaf]));

/** Every setting, in the order of the schema. */
export function propPaths(): readonly PropPath[] {
  return LEAVES;
}

export function propAt(path: string): PropPath | undefined {
  return BY_PATH.get(path);
}

/** The setting that `steps` lead to or into: [commonLabels, team] is a part of commonLabels. */
export function propAround(steps: readonly string[]): { prop: PropPath; inner: string[] } | undefined {
  for (let length = steps.length; length > 0; length--) {
    const prop = BY_PATH.get(steps.slice(0, length).join('.'));
    if (prop) return { prop, inner: steps.slice(length) };
  }
  return undefined;
}

/** The JSON schema of all settings, as zod gives it. */
export function propsJsonSchema(): JsonSchema {
  return structuredClone(ROOT);
}

/** Keys of a group ("" is the whole tree), or undefined when `path` is not a group. */
export function groupKeys(path: string): string[] | undefined {
  const steps = path === '' ? [] : path.split('.');
  let node: JsonSchema | undefined = ROOT;
  for (const step of steps) {
    node = node?.properties && Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
  }
  return node?.properties && Object.keys(node.properties);
}

/** Up to three existing paths that were probably meant by `path`; otherwise every key of its group. */
export function nearestPaths(path: string): string[] {
  const above = path.slice(0, Math.max(0, path.lastIndexOf('.')));
  const parent = groupKeys(above) ? above : '';
  const siblings = groupKeys(parent)!.map((key) => join(parent, key));
  const wanted = lastStep(path);
  const near = [...new Set([...siblings, ...BY_PATH.keys()])]
    .map((candidate) => ({ candidate, distance: distance(wanted, lastStep(candidate)) }))
    .filter(({ distance: steps }) => steps <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
  return near.length > 0 ? near.slice(0, 3) : siblings;
}

/** Every setting of a schema, in its order. */
export function leavesOf(node: JsonSchema, steps: string[] = []): PropPath[] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([key, child]) => leavesOf(child, [...steps, key]));
  }
  const { type, default: preset, minimum, maximum, description } = node;
  return [
    {
      path: steps.join('.'),
      type: type === 'object' ? 'map' : type === 'array' ? 'list' : type,
      default: preset!,
      ...(minimum !== undefined && { minimum }),
      ...(maximum !== undefined && { maximum }),
      allowed: allowedBy(node),
      description,
    },
  ];
}

function allowedBy(node: Partial<JsonSchema>): string {
  const { type, minimum, maximum, enum: options, pattern } = node;
  if (type === 'integer') return `${minimum}..${maximum}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'array') return listWords(node.items!);
  if (type === 'object') return `a map of ${mapWords(node)}`;
  return options?.join(' or ') ?? WORDS.get(pattern ?? '') ?? 'text';
}

function listWords({ properties }: JsonSchema): string {
  return properties ? `a list of {${Object.keys(properties).join(', ')}}` : 'a list';
}

function mapWords({ propertyNames, additionalProperties: values }: Partial<JsonSchema>): string {
  const keys = allowedBy(propertyNames!);
  return values && values.type === 'string' ? `${keys} to ${allowedBy(values)}` : keys;
}

/** Edits between two names; 0 when one begins with the other, so that "cpuLimit" finds cpuLimitMillicores. */
function distance(wanted: string, candidate: string): number {
  const a = wanted.toLowerCase();
  const b = candidate.toLowerCase();
  if (a.length > 2 && (b.startsWith(a) || a.startsWith(b))) return 0;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

export function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}
