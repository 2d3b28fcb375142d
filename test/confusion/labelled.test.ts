import { existsSync } from 'node:fs';
import { parseProps } from '../../constructs';
import { propsOf } from '../../lab/run/settings';
import { BLIND } from './labelled/blind';
import { LABELLED } from './labelled/all';
import { compare, recordingOf } from './matrix';
import { RUNS } from './runs';

const runs = [...LABELLED, ...BLIND];

test('every labelled run has a name of its own', () => {
  const names = [...RUNS, ...runs].map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test.each(runs.map((run) => [run.name, run] as const))('the settings of %s are valid', (_, { set = [] }) => {
  expect(() => parseProps(propsOf([], set))).not.toThrow();
});

test.each(runs.map((run) => [run.name, run] as const))(
  'in %s everything happens while the load runs, to pods that exist',
  (_, { load, happens = [], set = [] }) => {
    const { backend, downstream } = parseProps(propsOf([], set));
    const pods = { backend: backend.replicas, downstream: downstream.replicas, postgres: 1 };
    for (const happening of happens) {
      expect(happening.at).toBeLessThan(load.seconds);
      if (happening.do !== 'sql') expect(happening.pod ?? 0).toBeLessThan(pods[happening.app]);
    }
    for (const { rate, vus, from = 0, to = load.seconds } of load.users) {
      expect((rate ?? 0) > 0).not.toBe((vus ?? 0) > 0);
      expect(from).toBeLessThan(to);
    }
  },
);

test.each(runs.map((run) => [run.name, run] as const))('%s is recorded', (_, run) => {
  expect(existsSync(recordingOf(run))).toBe(true);
});

test('what belongs to a cause may be named beside it, but not in its place', () => {
  const run = {
    name: '',
    what: '',
    kind: 'plain',
    causes: ['replica down'],
    besides: ['cpu limit'],
  } as const;
  const truth = { ...run, causes: [...run.causes], besides: [...run.besides] };
  expect(compare(truth, ['replica down'])).toBe('right');
  expect(compare(truth, ['replica down', 'cpu limit'])).toBe('right');
  expect(compare(truth, ['cpu limit'])).toBe('wrong');
  expect(compare(truth, ['replica down', 'crash'])).toBe('wrong');
});

test('some of the causes are partly right, and none is "cannot tell"', () => {
  const truth = { name: '', what: '', kind: 'two causes' as const, causes: ['crash', 'cpu limit'] };
  expect(compare(truth, ['crash'])).toBe('partly');
  expect(compare(truth, ['crash', 'cpu limit'])).toBe('right');
  expect(compare(truth, ['crash', 'memory limit'])).toBe('wrong');
  expect(compare(truth, [])).toBe('cannot tell');
});
