import { parse } from 'node:querystring';
import fc from 'fast-check';
import { HttpError } from '../../service/http-error';
import { readParameters } from '../../service/parameters';

const allowed = { complexity: { min: 1, max: 40, default: 30 } };
const read = (query: string) => readParameters(parse(query), allowed).complexity;

test('a missing parameter gets its default', () => {
  expect(read('')).toBe(30);
});

test('both ends of the range are allowed', () => {
  expect([read('complexity=1'), read('complexity=40')]).toEqual([1, 40]);
});

test.each([
  'NaN',
  '-1',
  '0',
  '41',
  '1e9',
  '1.5',
  '',
  ' 5',
  '+5',
  '0x10',
  '5px',
  'Infinity',
  '__proto__',
  '99999999999999999999',
])('complexity=%j is refused with the given value and the range', (value) => {
  const query = `complexity=${encodeURIComponent(value)}`;
  expect(() => read(query)).toThrow(
    new HttpError(400, `complexity must be one integer from 1 to 40, found ${JSON.stringify(value)}`),
  );
});

test('a repeated parameter is refused', () => {
  expect(() => read('complexity=1&complexity=2')).toThrow('found ["1","2"]');
});

test.each(['__proto__=1', 'constructor=1', 'complexty=1', 'complexity[]=1'])(
  'an unknown parameter is refused: ?%s',
  (query) => {
    expect(() => read(query)).toThrow('allowed: complexity');
  },
);

test('any query string gives an integer in range or a 400 HttpError with a short message', () => {
  const queries = fc.oneof(
    fc.string(),
    fc.webQueryParameters(),
    fc
      .array(fc.tuple(fc.constantFrom('complexity', '__proto__', 'x'), fc.string()))
      .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&')),
  );
  fc.assert(
    fc.property(queries, (query) => {
      try {
        const complexity = read(query);
        expect(Number.isInteger(complexity) && complexity >= 1 && complexity <= 40).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpError);
        expect((error as HttpError).status).toBe(400);
        expect((error as HttpError).message.length).toBeLessThan(200);
      }
    }),
  );
});
