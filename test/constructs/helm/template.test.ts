import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { toTemplate } from '../../../constructs/helm/template';
import { conditional, expressionOf, placeholder } from '../../../constructs/placeholder';
import { requires } from '../../support/requirements';
import { helm } from './helm';

const value = <T>(kind: Parameters<typeof placeholder>[0], path: string) =>
  placeholder<T>(kind, kind === 'integer' ? `int64 .Values.${path}` : `.Values.${path}`);

/** Texts that YAML or a template might misread. */
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('{{', '}}', '"', "'", '\\', '\n', ' ', '%', '`', ':', '#', '-', 'a') }),
  fc.constantFrom(
    'yes',
    'null',
    '1e3',
    '0x1f',
    '012',
    '1:30',
    '- a',
    '|',
    '{{ .x }}\n{{ .y }}\n',
    ' lead\nin\n',
  ),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      tie('tree'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
}));

test('literal trees without braces become YAML that reads back the same', () => {
  fc.assert(
    fc.property(tree, (content) => {
      fc.pre(!JSON.stringify(content).includes('{{'));
      expect(parse(toTemplate({ content } as object))).toEqual({ content });
    }),
  );
});

test('a map that only contains a placeholder is not itself a placeholder', () => {
  expect(expressionOf({ name: value('string', 'name') })).toBeUndefined();
  expect(expressionOf([value('string', 'name')])).toBeUndefined();
});

requires('helm')('rendered by Helm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-template-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const render = (object: object, values: object = {}): unknown => {
    mkdirSync(join(folder, 'templates'), { recursive: true });
    writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: x\nversion: 0.1.0\n');
    writeFileSync(join(folder, 'values.yaml'), JSON.stringify(values));
    writeFileSync(join(folder, 'templates', 'x.yaml'), toTemplate(object));
    const { stdout, stderr } = helm('template', 'x', folder);
    expect(stderr).toBe('');
    return parse(stdout);
  };

  test('any literal tree stays the same, template braces included', () => {
    const many = fc.sample(tree, 300);
    expect(render({ many } as object)).toEqual({ many });
  });

  test('placeholders become values in numbers, texts, maps and lists, alone and beside other content', () => {
    const object = {
      number: value('integer', 'n'),
      inText: `${value('integer', 'n')}Mi {{ literal }}`,
      twoTexts: `100% of ${value('string', 's')} {{ "x" }} and ${value('integer', 'n')}`,
      lines: `first\nnumber ${value('integer', 'n')}\n`,
      flag: value('boolean', 'yes'),
      map: value<object>('map', 'm'),
      withOwn: { own: 'stays', ...value<object>('map', 'm') },
      list: value<unknown[]>('list', 'l'),
      longer: ['first', ...value<string[]>('list', 'l')],
      emptyMap: value<object>('map', 'none'),
      kept: conditional(expressionOf(value('boolean', 'yes'))!, value<number>('integer', 'n')),
      gone: conditional(expressionOf(value('boolean', 'no'))!, value<number>('integer', 'n')),
    };
    const [s, m, l] = ['"q" \\ {{ }}', { a: '1', b: 'x: y' }, ['1', 'two']];
    expect(render(object, { n: 1_000_000, s, m, l, yes: true, no: false, none: {} })).toEqual({
      number: 1_000_000,
      inText: '1000000Mi {{ literal }}',
      twoTexts: `100% of ${s} {{ "x" }} and 1000000`,
      lines: 'first\nnumber 1000000\n',
      flag: true,
      map: m,
      withOwn: { own: 'stays', ...m },
      list: l,
      longer: ['first', ...l],
      kept: 1_000_000,
    });
  });

  test('a map of placeholders alone is left out if all of them are empty', () => {
    const both = { ...value<object>('map', 'a'), ...value<object>('map', 'b') };
    expect(render({ both, after: 1 }, { a: {}, b: {} })).toEqual({ after: 1 });
    expect(render({ both, after: 1 }, { a: {}, b: { c: 'd' } })).toEqual({ both: { c: 'd' }, after: 1 });
  });

  test('the more specific of two maps of values wins', () => {
    const object = { map: { ...value<object>('map', 'common'), ...value<object>('map', 'group.special') } };
    const values = { common: { a: 'common', b: 'common' }, group: { special: { b: 'special' } } };
    expect(render(object, values)).toEqual({ map: { a: 'common', b: 'special' } });
  });
});
