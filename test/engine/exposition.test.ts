import fc from 'fast-check';
import { parseExposition, writeExposition } from '../../lab/engine/exposition';

const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,20}$/);
const label = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,20}$/);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\\', '"', '\n', 'a\\nb', '"}', 'x} 1', ', y="'),
);
const value = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 5e-324));
const sample = fc.record({ name, labels: fc.dictionary(label, text, { noNullPrototype: true }), value });

test('samples that are written read back unchanged', () => {
  fc.assert(
    fc.property(fc.array(sample), (samples) => {
      expect(parseExposition(writeExposition(samples))).toEqual(samples);
    }),
  );
});

test('no text makes the parser throw or return a sample without a number', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.constantFrom('{', '}', 'a{b="c"', ' 1', 'm 1 2'))), (parts) => {
      for (const read of parseExposition(parts.join(''))) expect(typeof read.value).toBe('number');
    }),
  );
});

test.each([
  ['# HELP up text\n# TYPE up gauge\nup 1', [{ name: 'up', labels: {}, value: 1 }]],
  [
    'm{a="1",b="2",} 3 1700000000000',
    [{ name: 'm', labels: { a: '1', b: '2' }, value: 3, measuredAt: 1700000000000 }],
  ],
  ['m { a = "1" , b = "2" } 3e2\r', [{ name: 'm', labels: { a: '1', b: '2' }, value: 300 }]],
  ['m_bucket{le="+Inf"} 3 # {trace_id="x"} 0.5 1', [{ name: 'm_bucket', labels: { le: '+Inf' }, value: 3 }]],
  ['m{a="}"}7', [{ name: 'm', labels: { a: '}' }, value: 7 }]],
  [
    'm -Inf\nn NaN',
    [
      { name: 'm', labels: {}, value: -Infinity },
      { name: 'n', labels: {}, value: NaN },
    ],
  ],
])('the parser reads %j', (line, expected) => {
  expect(parseExposition(line)).toEqual(expected);
});

test('a malformed line does not affect other lines', () => {
  const broken = [
    'm{a="1" 1',
    'm{a=1} 1',
    '1m 1',
    'm',
    'm{} ',
    'm one',
    'm{a="1"} 1 x',
    'm{a="\\"} 1',
    '{a="1"} 1',
  ];
  expect(parseExposition(['good 1', ...broken, 'good 2'].join('\n')).map((read) => read.value)).toEqual([
    1, 2,
  ]);
});
