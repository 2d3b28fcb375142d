import type { z } from 'zod';
import { join, nearestPaths, propAround, type PropPath } from './prop-paths';

/** The unit at the end of a setting's name, and how to convert the quantities that people write instead. */
const UNITS: { suffix: string; unit: string; per: Record<string, number> }[] = [
  { suffix: 'Millicores', unit: 'millicores, 1000 = one core', per: { m: 1 } },
  { suffix: 'Mebibytes', unit: 'mebibytes', per: { Mi: 1, Gi: 1024, Ti: 1_048_576 } },
  { suffix: 'Ms', unit: 'milliseconds', per: { ms: 1, s: 1000, m: 60_000 } },
  { suffix: 'Seconds', unit: 'seconds', per: { s: 1, m: 60 } },
  { suffix: 'Percent', unit: 'percent', per: { '%': 1 } },
  { suffix: 'MicrosPerComplexity', unit: 'microseconds', per: { us: 1, µs: 1, ms: 1000 } },
];

/** Why a name is refused that Kubernetes would accept. */
export const RESERVED_BY_JAVASCRIPT = 'is a name that JavaScript reserves';

/**
 * One line for each name that JavaScript treats specially, at any depth. Schemas do not see `__proto__` in a
 * map, and merging it would change a prototype.
 */
export function prototypeProblems(input: unknown, steps: string[] = []): string[] {
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([key, value]) => {
    const here = [...steps, key];
    return reachesPrototype(key) ? [prototypeProblem(here)] : prototypeProblems(value, here);
  });
}

export function reachesPrototype(key: string): boolean {
  return key === '__proto__' || key === 'constructor';
}

/** What is wrong with a path that contains such a name. */
export function prototypeProblem(steps: string[]): string {
  const found = propAround(steps);
  if (!found) return unknownPath(steps.join('.'));
  return `${pathText(steps)}: ${RESERVED_BY_JAVASCRIPT}; allowed any name but ${steps.find(reachesPrototype)!}`;
}

/** One line for each problem that the schema found. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], input: unknown): string[] {
  return issues.flatMap((issue) => {
    const steps = issue.path.map(String);
    if (issue.code === 'invalid_key') return [wrongKey(steps)];
    if (issue.code !== 'unrecognized_keys') return [wrongValue(steps, valueAt(input, issue.path))];
    return issue.keys.map((key) =>
      propAround(steps) ? wrongKey([...steps, key]) : unknownPath(join(steps.join('.'), key)),
    );
  });
}

/** A name that is not allowed in a map or in an item of a list. */
function wrongKey(steps: string[]): string {
  const { prop } = propAround(steps)!;
  return `${pathText(steps)}: not allowed there; allowed ${prop.allowed}`;
}

/** Steps as people write them: [tolerations, 0, key] is tolerations[0].key. */
function pathText(steps: readonly string[]): string {
  return steps.reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : join(path, step)), '');
}

export function unknownPath(path: string): string {
  return `${path}: no such setting; similar names: ${nearestPaths(path).join(', ')}`;
}

/** What is wrong with `value` at the end of `steps`, which the schema refused. */
export function wrongValue(steps: readonly string[], value: unknown): string {
  const path = pathText(steps);
  const found = propAround(steps);
  if (!found) return `${path || 'settings'}: ${show(value)} is not a group of settings; expected an object`;
  const { prop, inner } = found;
  return `${path}: ${show(value)} ${inner.length > 0 ? 'is not valid' : reason(prop, value)}; allowed ${prop.allowed}`;
}

export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}

function reason(prop: PropPath, value: unknown): string {
  if (prop.type !== 'integer') return typeOf(value) === prop.type ? 'is not valid' : `is not a ${prop.type}`;
  if (typeof value !== 'number' || Number.isNaN(value)) return `is not a number${unitHint(prop.path, value)}`;
  if (value > prop.maximum!) return 'is too large';
  if (value < prop.minimum!) return 'is too small';
  return `is not a whole number${unitHint(prop.path, value)}`;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'map' : typeof value;
}

function unitHint(path: string, value: unknown): string {
  const known = UNITS.find(({ suffix }) => path.endsWith(suffix));
  if (!known) return '';
  const written = typeof value === 'string' ? value : show(value);
  const [, digits = '', suffix = ''] = /^(\d+(?:\.\d+)?)\s*(\D*)$/.exec(written) ?? [];
  const factor = suffix === '' ? 1 : new Map(Object.entries(known.per)).get(suffix);
  const instead = digits && factor ? `, write ${Math.round(Number(digits) * factor)}` : '';
  return ` (the unit is in the name: ${known.unit}${instead})`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((node, step) => (node as Record<PropertyKey, unknown>)?.[step], input);
}
