import fc from 'fast-check';
import { parseProps, propPaths, PropsError, setProp } from '../../constructs/props';
import { LabError } from '../../lab/model/errors';
import { propsOf } from '../../lab/run/settings';
import { runs, TIMEOUT_MS } from './effort';

jest.setTimeout(TIMEOUT_MS);

const paths = fc.oneof(
  fc.constantFrom(...propPaths().map(({ path }) => path)),
  fc.constantFrom(
    '',
    '.',
    'backend',
    'backend.',
    '__proto__.x',
    'constructor.prototype.x',
    'backend.__proto__',
  ),
  fc.string(),
);
const values = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    'true',
    'null',
    '99999999999999999999',
    ' 1',
    '１',
    'a\nb',
    '$(id)',
    '../..',
  ),
  fc.string({ unit: 'binary' }),
);

/** Reads settings and returns whether they are accepted; throws unless a refusal is meant for users. */
function outcomeOf(read: () => unknown): 'taken' | 'refused' {
  try {
    read();
    return 'taken';
  } catch (error) {
    if (error instanceof PropsError || (error instanceof LabError && error.kind === 'usage'))
      return 'refused';
    throw error;
  }
}

describe('settings from a command line', () => {
  it('are accepted or refused, whatever is given', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(paths, values), { maxLength: 4 }), (pairs) => {
        outcomeOf(() =>
          parseProps(
            propsOf(
              [],
              pairs.map(([path, value]) => `${path}=${value}`),
            ),
          ),
        );
        expect(({} as Record<string, unknown>).x).toBeUndefined();
      }),
      runs(500),
    );
  });

  it('without the form path=value are refused', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => text.indexOf('=') < 1),
        (text) => {
          expect(outcomeOf(() => propsOf([], [text]))).toBe('refused');
        },
      ),
      runs(200),
    );
  });

  it('are within range if they are accepted', () => {
    const numbers = propPaths().filter(({ type }) => type === 'integer');
    fc.assert(
      fc.property(fc.constantFrom(...numbers), fc.integer(), ({ path, minimum, maximum }, value) => {
        const within = value >= minimum! && value <= maximum!;
        expect(outcomeOf(() => setProp({}, path, String(value)))).toBe(within ? 'taken' : 'refused');
      }),
      runs(300),
    );
  });
});

describe('settings from main.ts', () => {
  it('are accepted or refused, whatever their shape', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (input) => {
        outcomeOf(() => parseProps(input as never));
      }),
      runs(500),
    );
  });
});
