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

/**
 * For callers whose compiler does not check it.
 * @param handles what each property must be, e.g. { database: 'the address of a Postgres' }.
 * @throws PropsError naming each property that is missing.
 */
export function requireHandles<Props extends object>(
  construct: Construct,
  props: Props | undefined,
  handles: { [Name in keyof Props]?: string },
): asserts props is Props {
  const missing = Object.entries(handles).filter(([name]) => !props?.[name as keyof Props]);
  if (missing.length === 0) return;
  const { path } = construct.node;
  throw new PropsError(missing.map(([name, what]) => `${path}: ${name} is missing; pass ${String(what)}`));
}
