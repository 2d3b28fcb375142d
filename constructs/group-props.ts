import type { Construct } from 'constructs';
import { expressionOf } from './placeholder';
import { parseProps, PropsError, type LabProps, type LabPropsInput } from './props';

export type GroupName = 'backend' | 'downstream' | 'postgres' | 'autoscaling' | 'monitoring';

/** Any part of a group of settings; the rest has its defaults. */
export type GroupInput<Group extends GroupName> = NonNullable<LabPropsInput[Group]>;

/**
 * Completes and checks one group of settings. Placeholders for the chart's values are complete already.
 * @throws PropsError listing every problem with path, value found and what is allowed.
 */
export function completed<Group extends GroupName>(
  group: Group,
  input: GroupInput<Group> = {} as GroupInput<Group>,
): LabProps[Group] {
  return isTemplate(input) ? (input as LabProps[Group]) : parseProps({ [group]: input })[group];
}

function isTemplate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return expressionOf(value) !== undefined;
  return Object.values(value).some(isTemplate);
}

/** What a property must be, in words, and the fields that it must have. */
export type Handle = readonly [what: string, ...fields: string[]];

export const IDENTITY: Handle = ['what identify() gives', 'app', 'component', 'instance', 'objectName'];
export const IMAGE: Handle = imageHandle('registry', 'repository', 'tag', 'digest', 'pullPolicy');
export const DATABASE: Handle = ['the address of a Postgres', 'host', 'port', 'name', 'secret', 'pods'];

function imageHandle(...fields: string[]): Handle {
  return [`an image: {${fields.join(', ')}}`, ...fields];
}

/**
 * For callers whose compiler does not check it.
 * @throws PropsError naming each property that is missing or lacks a field.
 */
export function requireHandles<Props extends object>(
  construct: Construct,
  props: Props | undefined,
  handles: { [Name in keyof Props]?: Handle },
): asserts props is Props {
  const { path } = construct.node;
  const problems = Object.entries(handles as Record<string, Handle>).flatMap(([name, [what, ...fields]]) => {
    const value = fieldOf(props, name);
    if (isAbsent(value)) return [`${path}: ${name} is missing; pass ${what}`];
    const lacking = fields.filter((field) => isAbsent(fieldOf(value, field)));
    return lacking.length > 0 ? [`${path}: ${name} has no ${lacking.join(', ')}; pass ${what}`] : [];
  });
  if (problems.length > 0) throw new PropsError(problems);
}

function fieldOf(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
