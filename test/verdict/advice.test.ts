import { type Advice, stepsOf } from '../../lab/verdict/advice/advice';
import { recordingOf } from './synthetic';

/** The settings of a step in a run with these ones. */
function settingsIn(backend: Record<string, unknown>, advice: Omit<Advice, 'says'>) {
  const recording = recordingOf([{ ok: 1 }]);
  recording.run.props = { backend };
  return stepsOf([{ says: 'do it', ...advice }], { recording, harms: [] }).map(({ set }) => set);
}

describe('a step', () => {
  const more = { set: { 'backend.dbPoolSize': 20 } };
  const less = { set: { 'backend.admissionLimit': 20 }, isLess: true as const };

  it.each([
    ['raises a setting that was lower', { dbPoolSize: 5 }, more, [{ 'backend.dbPoolSize': 20 }]],
    ['does not lower a setting that must rise', { dbPoolSize: 30 }, more, []],
    ['lowers a limit that was higher', { admissionLimit: 50 }, less, [{ 'backend.admissionLimit': 20 }]],
    ['switches on a limit that was off', { admissionLimit: 0 }, less, [{ 'backend.admissionLimit': 20 }]],
    ['does not raise a limit that must fall', { admissionLimit: 10 }, less, []],
    ['is left out if the run had it already', { admissionLimit: 20 }, less, []],
  ] as const)('%s', (_, backend, advice, expected) => {
    expect(settingsIn(backend, advice)).toEqual(expected);
  });

  it('keeps of its other settings those that are news, and none without the first', () => {
    const advice = { set: { 'backend.dbPoolSize': 20, 'backend.replicas': 2 } };
    expect(settingsIn({ dbPoolSize: 5, replicas: 3 }, advice)).toEqual([{ 'backend.dbPoolSize': 20 }]);
    expect(settingsIn({ dbPoolSize: 30, replicas: 1 }, advice)).toEqual([]);
  });
});
