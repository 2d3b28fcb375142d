import type { core } from 'zod';

/** Where a value violates the schema, what was found there, and what is allowed. */
export function describeIssue(issue: core.$ZodIssue, value: unknown, root: string) {
  if (issue.code === 'unrecognized_keys') {
    const path = [...issue.path, issue.keys[0]!];
    return {
      at: pathText(root, path),
      found: valueAt(value, path),
      allowed: 'nothing (there is no option of that name here)',
    };
  }
  return { at: pathText(root, issue.path), found: valueAt(value, issue.path), allowed: issue.message };
}

function pathText(root: string, path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    root,
  );
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
