import wrapAnsi from 'wrap-ansi';
import { join, leavesOf, propsJsonSchema, type JsonSchema, type PropPath } from '../prop-paths';
import { conventionsSchema } from './conventions';
import { chartSettings } from './settings';

const WIDTH = 100;

/** Every value with its default. Comments give its meaning, range and reason. */
export function valuesYaml(): string {
  const allowed = new Map(allValues().map((prop) => [prop.path, prop.allowed]));
  const write = (node: JsonSchema, path: string, indent: number): string[] =>
    Object.entries(node.properties!).flatMap(([key, child]) => {
      const here = join(path, key);
      const pad = ' '.repeat(indent);
      const range = allowed.get(here);
      const about = wrapAnsi(child.description, WIDTH - indent - 2).split('\n');
      const comments = [...about, ...(range === undefined ? [] : [`Allowed: ${range}`])].map(
        (line) => `${pad}# ${line}`,
      );
      const value =
        range === undefined
          ? [`${pad}${key}:`, ...write(child, here, indent + 2)]
          : [`${pad}${key}: ${JSON.stringify(child.default)}`];
      return [...(indent === 0 || range === undefined ? [''] : []), ...comments, ...value];
    });
  return [
    '# Generated from the schema of the settings. Change the schema, not this file.',
    ...write(schemaOfValues(), '', 0),
    '',
  ].join('\n');
}

/** What Helm refuses before it renders anything: unknown names, wrong types, values out of range. */
export function valuesSchema(): object {
  const { properties, ...schema } = closed(schemaOfValues());
  return {
    ...schema,
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart',
    properties: {
      ...properties,
      enabled: {
        type: 'boolean',
        description: 'The condition of a chart that includes this one. Not used.',
      },
      // Charts of one release may share more than this.
      global: { ...properties!.global, additionalProperties: true, required: [] },
    },
  };
}

/** The values as a Markdown table. */
export function valuesTable(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('<', '&lt;');
  const rows = allValues().map(
    ({ path, default: preset, allowed, description }) =>
      `| \`${path}\` | \`${JSON.stringify(preset)}\` | ${cell(allowed)} | ${cell(description)} |`,
  );
  return [
    '| value | default | allowed | meaning, and reason for the default |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function allValues(): PropPath[] {
  return [...leavesOf(conventionsSchema()), ...chartSettings()];
}

function schemaOfValues(): JsonSchema {
  const schema = propsJsonSchema();
  const names = new Set(chartSettings().map(({ path }) => path.split('.')[0]!));
  schema.properties = {
    ...conventionsSchema().properties,
    ...Object.fromEntries(Object.entries(schema.properties!).filter(([name]) => names.has(name))),
  };
  return schema;
}

/**
 * No value may be missing: values.yaml holds every default, and `null`, by which Helm removes one, is not a
 * value.
 */
function closed(node: JsonSchema): JsonSchema & { required?: string[] } {
  if (!node.properties || node.type !== 'object') return node;
  const properties = Object.entries(node.properties).map(([key, child]) => [key, closed(child)] as const);
  return { ...node, properties: Object.fromEntries(properties), required: properties.map(([key]) => key) };
}
