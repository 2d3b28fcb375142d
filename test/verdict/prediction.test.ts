import fc from 'fast-check';
import { LabError } from '../../lab/model/errors';
import {
  CAUSE_CHOICES,
  checkPrediction,
  parsePrediction,
  PREDICTION_PARTS,
  SYMPTOM_CHOICES,
} from '../../lab/verdict/prediction';

const path = fc.stringMatching(/^\/[a-z0-9/?=-]{0,40}$/);
const predictions = fc
  .record(
    {
      cause: fc.constantFrom(...CAUSE_CHOICES),
      first: fc.constantFrom(...SYMPTOM_CHOICES),
      at: fc.integer({ min: 0, max: 86_400 }),
      victim: path,
    },
    { requiredKeys: [] },
  )
  .filter((prediction) => Object.keys(prediction).length > 0);

describe('a prediction', () => {
  it('from the command line is parsed as intended', () => {
    fc.assert(
      fc.property(predictions, (prediction) => {
        const text = Object.entries(prediction)
          .map(([part, value]) => ` ${part} = ${typeof value === 'string' ? value.toUpperCase() : value} `)
          .join(',');
        const meant = {
          ...prediction,
          ...(prediction.victim && { victim: prediction.victim.toUpperCase() }),
        };
        expect(parsePrediction(text)).toEqual(meant);
      }),
    );
  });

  it('that is valid is accepted unchanged, from any source', () => {
    fc.assert(
      fc.property(predictions, (prediction) => expect(checkPrediction(prediction)).toEqual(prediction)),
    );
  });

  it('that is invalid is refused with the allowed values', () => {
    const strange = fc.oneof(
      fc.anything().filter((value) => typeof value !== 'object'),
      fc.record({ cause: fc.anything().filter((value) => !CAUSE_CHOICES.includes(String(value))) }),
      fc.record({ at: fc.oneof(fc.double({ max: -1e-9 }), fc.constant(Number.NaN), fc.string()) }),
      fc.record({ victim: fc.constantFrom('', '  ', 'a\nb', 'x'.repeat(201), 7, null) }),
      fc.dictionary(
        fc.string().filter((key) => !(PREDICTION_PARTS as string[]).includes(key)),
        fc.anything(),
      ),
    );
    fc.assert(
      fc.property(strange, (input) => {
        expect(refusal(() => checkPrediction(input)).hint).toMatch(/Allowed: |Write one or more of cause=/);
      }),
    );
  });

  it('from any text is either parsed or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parsePrediction(text);
        } catch (error) {
          expect(error).toBeInstanceOf(LabError);
        }
      }),
    );
  });

  it.each([
    ['', /is not in the form/],
    ['cause', /"cause" is not in the form/],
    ['cause=cpu limit,cause=healthy', /names "cause" twice/],
    ['why=because', /has no part "why"/],
    ['__proto__=x', /has no part "__proto__"/],
    ['at=soon', /^"at" of the prediction has the invalid value "soon"/],
  ])('%j is refused with the specific mistake', (text, says) => {
    expect(refusal(() => parsePrediction(text)).message).toMatch(says);
  });
});

function refusal(read: () => unknown): LabError {
  try {
    const value = read();
    throw new Error(`accepted as ${JSON.stringify(value)}`);
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    expect((error as LabError).kind).toBe('usage');
    return error as LabError;
  }
}
