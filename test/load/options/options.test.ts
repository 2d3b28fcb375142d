import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDuration } from '../../../lab/load/embedded/options/duration';
import { parseOptions } from '../../../lab/load/embedded/options/options';
import { LabError } from '../../../lab/model/errors';
import { requires } from '../../support/requirements';

const EXECS = ['default', 'other'];

function parse(options: Record<string, unknown>) {
  return parseOptions(options, EXECS);
}

function scenario(fields: Record<string, unknown>) {
  return { scenarios: { main: fields } };
}

const ARRIVALS = { executor: 'constant-arrival-rate', rate: 1, duration: '1s', preAllocatedVUs: 1 };

describe('durations', () => {
  it.each([
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    ['1d2h', 93_600_000],
    ['250', 250],
    [250, 250],
    ['-1s', -1000],
    ['100us', 0.1],
  ])('%j is %d ms', (text, ms) => expect(parseDuration(text)).toBeCloseTo(ms, 6));

  it.each(['', 's', '5x', '1m30', '1 s', null, {}, NaN])('%j is not a duration', (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });
});

describe('shortcuts', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['nothing', {}, { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration: 600_000 }],
    ['vus', { vus: 3 }, { executor: 'per-vu-iterations', vus: 1, iterations: 1 }],
    ['vus and duration', { vus: 3, duration: '2s' }, { executor: 'constant-vus', vus: 3, duration: 2000 }],
    ['iterations', { iterations: 5 }, { executor: 'shared-iterations', vus: 1, iterations: 5 }],
    [
      'iterations and duration',
      { vus: 2, iterations: 5, duration: '2s' },
      { executor: 'shared-iterations', vus: 2, iterations: 5, maxDuration: 2000 },
    ],
    [
      'stages',
      { stages: [{ duration: '1s', target: 3 }] },
      { executor: 'ramping-vus', startVUs: 1, stages: [{ durationMs: 1000, target: 3 }] },
    ],
  ])('%s stands for a scenario named default', (_, options, expected) => {
    expect(parse(options).scenarios).toEqual([expect.objectContaining({ name: 'default', ...expected })]);
  });

  it.each([
    { duration: '1s', scenarios: { main: ARRIVALS } },
    { iterations: 1, stages: [{ duration: '1s', target: 1 }] },
  ])('cannot be combined: %j', (options) => expect(() => parse(options)).toThrow('are both set'));
});

describe('scenarios', () => {
  it('get the same defaults as in k6', () => {
    expect(parse(scenario(ARRIVALS)).scenarios[0]).toEqual({
      name: 'main',
      executor: 'constant-arrival-rate',
      startTime: 0,
      gracefulStop: 30_000,
      exec: 'default',
      env: {},
      tags: {},
      timeUnit: 1000,
      rate: 1,
      duration: 1000,
      preAllocatedVUs: 1,
    });
  });

  it.each<[Record<string, unknown>, string, string]>([
    [scenario({ ...ARRIVALS, rate: -5 }), 'options.scenarios.main.rate is -5', 'an integer of at least 1'],
    [
      scenario({ ...ARRIVALS, duration: undefined }),
      'options.scenarios.main.duration is missing',
      'a duration',
    ],
    [scenario({ ...ARRIVALS, foo: 1 }), 'options.scenarios.main.foo is 1', 'no option of that name'],
    [
      scenario({ ...ARRIVALS, maxVUs: 0 }),
      'options.scenarios.main.maxVUs is 0',
      'at least preAllocatedVUs (1)',
    ],
    [scenario({ ...ARRIVALS, exec: 'nope' }), 'options.scenarios.main.exec is "nope"', 'default, other'],
    [
      scenario({ executor: 'ramping-vus', stages: [{ duration: '5x', target: 1 }] }),
      'options.scenarios.main.stages[0].duration is "5x"',
      '1m30s',
    ],
    [scenario({ executor: 'externally-controlled' }), 'externally-controlled', 'k6 itself'],
    [{ thresholds: { checks: 'rate>0.9' } }, 'options.thresholds.checks is "rate>0.9"', 'a list'],
    [{ summaryTrendStats: ['p(101)'] }, 'options.summaryTrendStats[0] is "p(101)"', 'p(N)'],
  ])('%j is refused with path, value and what is allowed', (options, message, allowed) => {
    try {
      parse(options);
      throw new Error('was accepted');
    } catch (error) {
      expect(error).toBeInstanceOf(LabError);
      const { message: text, hint, kind } = error as LabError;
      expect([text, hint, kind]).toEqual([
        expect.stringContaining(message),
        expect.stringContaining(allowed),
        'usage',
      ]);
    }
  });
});

/** Options and whether they are valid: this project must give the same verdict as k6. */
const VERDICTS: [Record<string, unknown>, boolean][] = [
  [{}, true],
  [{ vus: 2, duration: '1s' }, true],
  [{ duration: '500ms' }, false],
  [{ vus: 0, duration: '1s' }, false],
  [{ vus: -1 }, true],
  [{ vus: 'a' }, false],
  [{ vus: '2', duration: '1s' }, true],
  [{ vus: 1.5, duration: '1s' }, false],
  [{ tags: { a: 1 } }, false],
  [{ summaryTrendStats: ['nonsense'] }, false],
  [{ vus: 5, iterations: 3 }, false],
  [{ stages: [] }, true],
  [{ stages: [{ duration: '1s', target: -1 }] }, false],
  [{ unknownOption: 1 }, true],
  [{ iterations: 1, scenarios: { main: ARRIVALS } }, false],
  [scenario(ARRIVALS), true],
  [scenario({ ...ARRIVALS, rate: 0 }), false],
  [scenario({ ...ARRIVALS, rate: 1.5 }), false],
  [scenario({ ...ARRIVALS, rate: '5' }), true],
  [scenario({ ...ARRIVALS, rate: '' }), false],
  [scenario({ ...ARRIVALS, rate: 'x' }), false],
  [scenario({ ...ARRIVALS, timeUnit: 0 }), false],
  [scenario({ ...ARRIVALS, duration: '0.5s' }), false],
  [scenario({ ...ARRIVALS, preAllocatedVUs: undefined }), false],
  [scenario({ ...ARRIVALS, preAllocatedVUs: 5, maxVUs: 2 }), false],
  [scenario({ ...ARRIVALS, gracefulStop: '-1s' }), false],
  [scenario({ ...ARRIVALS, gracefulStop: '0s' }), true],
  [scenario({ ...ARRIVALS, startTime: '5' }), true],
  [scenario({ ...ARRIVALS, misspelt: 1 }), false],
  [scenario({ ...ARRIVALS, exec: 'nope' }), false],
  [scenario({ ...ARRIVALS, exec: '' }), false],
  [scenario({ ...ARRIVALS, env: { A: 1 } }), false],
  [scenario({ executor: 'constant-vus', vus: 1 }), false],
  [scenario({ executor: 'nonsense' }), false],
  [scenario({ executor: 'ramping-vus', startVUs: 0, stages: [{ duration: '1s', target: 0 }] }), false],
  [scenario({ executor: 'ramping-vus', stages: [] }), false],
  [scenario({ executor: 'ramping-vus', stages: [{ target: 1 }] }), false],
  [scenario({ executor: 'per-vu-iterations', vus: 1, iterations: 0 }), false],
  [scenario({ executor: 'shared-iterations', vus: 3, iterations: 2 }), false],
  [{ scenarios: { 'a b': ARRIVALS } }, false],
];

requires('k6')('the verdicts on options', () => {
  it('match those of k6', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lab-options-'));
    try {
      const judgements = VERDICTS.map(async ([options, expected], index) => {
        const path = join(folder, `${index}.js`);
        writeFileSync(
          path,
          `export const options = ${JSON.stringify(options)};\nexport default function () {}\n`,
        );
        return { options, expected, k6: await inspect(path), lab: accepts(options) };
      });
      for (const { options, expected, k6, lab } of await Promise.all(judgements)) {
        expect({ options, k6, lab }).toEqual({ options, k6: expected, lab: expected });
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function accepts(options: Record<string, unknown>): boolean {
  try {
    parseOptions(options, ['default']);
    return true;
  } catch {
    return false;
  }
}

/** Whether k6 accepts the script. With --execution-requirements it checks everything and runs nothing. */
function inspect(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('k6', ['inspect', '--execution-requirements', path], (error) => resolve(error === null));
  });
}
