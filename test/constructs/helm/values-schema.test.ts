import Ajv from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { chartSettings } from '../../../constructs/helm/settings';
import { valuesSchema, valuesTable, valuesYaml } from '../../../constructs/helm/values';
import { mergeProps, parseProps, PropsError, type LabPropsInput } from '../../../constructs/props';
import { validProps } from '../arbitraries';
import { malformedProps } from './broken';
import { asValues } from './helm';

const DEFAULTS = parse(valuesYaml()) as LabPropsInput;
const validate = new Ajv().compile(valuesSchema());

/** Validates as Helm does: merges the values over the chart's defaults, then applies the schema. */
const accepts = (values: LabPropsInput) => validate(mergeProps(DEFAULTS, values));

test('values.yaml holds every default and nothing else', () => {
  const ofTheChart = { nameOverride: '', fullnameOverride: '', namespaceOverride: '', extraManifests: [] };
  expect(DEFAULTS).toEqual({ ...ofTheChart, ...asValues(parseProps()) });
});

test('values.yaml, the schema and the README explain every value', () => {
  const words = (text: string) =>
    text
      .replace(/[#\s]+/g, ' ')
      .replaceAll('&lt;', '<')
      .replace(/\\([|*])/g, '$1');
  const [yaml, table] = [words(valuesYaml()), words(valuesTable())];
  const schema = words(JSON.stringify(valuesSchema()));
  for (const { path, description } of chartSettings()) {
    expect(yaml).toContain(words(description));
    expect(table).toContain(words(description));
    expect(table).toContain(`\`${path}\``);
    expect(schema).toContain(words(JSON.stringify(description)).slice(1, -1));
  }
});

test('the schema accepts any valid settings', () => {
  fc.assert(
    fc.property(validProps, (props) => expect(accepts(asValues(props))).toBe(true)),
    { numRuns: 300 },
  );
});

test('the schema refuses the malformed settings that the lab refuses', () => {
  fc.assert(
    fc.property(malformedProps, (props) => {
      expect(() => parseProps(props)).toThrow(PropsError);
      expect(accepts(asValues(props))).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['the namespace, which Helm sets itself', { namespace: 'x' }],
  ['the load, which only `lab run` makes', { load: {} }],
  ['a missing value', { backend: { ...DEFAULTS.backend, replicas: undefined } }],
])('the schema refuses %s', (_what, values) => {
  expect(validate(JSON.parse(JSON.stringify({ ...DEFAULTS, ...values })))).toBe(false);
});

test('the schema accepts the globals and the condition of a parent chart', () => {
  expect(validate({ ...DEFAULTS, global: { region: 'x' } })).toBe(true);
  expect(validate({ ...DEFAULTS, enabled: true })).toBe(true);
});
