import { LabError } from '../../model/errors';

/**
 * The result of setup() as k6 hands it to the iterations: plain JSON, in which undefined is null.
 * @throws LabError (usage) for a value that JSON does not have, such as a function
 */
export function asSetupData(data: unknown): unknown {
  if (data === undefined) return undefined;
  return JSON.parse(JSON.stringify(data, (name, value: unknown) => checked(name, value)));
}

function checked(name: string, value: unknown): unknown {
  const isNumber = typeof value === 'number';
  if (typeof value === 'function' || (isNumber && !Number.isFinite(value))) {
    const what = isNumber ? String(value) : 'a function';
    throw new LabError(
      `setup() returned ${what}${name === '' ? '' : ` in ${JSON.stringify(name)}`}`,
      'usage',
      'Return only what JSON can hold: texts, numbers, booleans, null, arrays and objects.',
    );
  }
  return value === undefined ? null : value;
}
