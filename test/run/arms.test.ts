import { synthesize } from '../../constructs';
import { experiment, experimentNames } from '../../lab/run/catalogue';
import { armProps } from '../../lab/run/record';

const arms = experimentNames().flatMap((name) =>
  Object.entries(experiment(name).arms ?? {}).map(([arm, definition]) => ({ name, arm, definition })),
);
const compared = arms.filter(({ definition }) => definition.expects);

test('the five failures have arms to compare', () => {
  const names = new Set(compared.map(({ name }) => name));
  expect([...names]).toEqual(
    expect.arrayContaining([
      'cpu-stress',
      'memory-stress',
      'cascade-failure',
      'db-pool-exhaust',
      'io-stress',
    ]),
  );
});

test.each(arms)(
  '$name: the settings of arm $arm are valid and change the system',
  ({ name, arm, definition }) => {
    const given = { props: {}, set: [] };
    const [before, after] = ['default', arm].map((each) => armProps(experiment(name), each, given));
    expect(synthesize(after).length).toBeGreaterThan(0);
    if (!definition.env) expect(after).not.toEqual(before);
  },
);

test.each(compared)(
  '$name: each expectation of arm $arm names an existing role, and each role once',
  ({ name, definition }) => {
    const { roles, arms: all = {} } = experiment(name);
    const said = definition.expects!.map(({ role }) => role);
    expect(said.length).toBeGreaterThan(0);
    expect(new Set(said).size).toBe(said.length);
    for (const role of said) expect(roles[role]).toBeDefined();
    if (definition.against) expect(all).toHaveProperty([definition.against]);
  },
);
