import { experiment, experimentNames } from '../../lab/run/catalogue';
import { CAUSES, SYMPTOMS } from '../../lab/verdict/causes';
import { OF_LAB } from '../../lab/verdict/signals/shown';
import { drawingOf } from '../../lab/watch/charts';
import { placeKey } from '../../lab/watch/protocol';
import { setupMessage } from '../../lab/watch/setup';

/** The page shows the system, not the machine that the lab runs on. */
const NOT_ON_THE_PAGE = new Set(OF_LAB.map(({ signal }) => signal));

const setupOf = (name: string) =>
  setupMessage({ name, experiment: experiment(name), lesson: '', judgedArm: 'default' }, 'replay');

test('every sign and symptom of the diagnosis has a place on the page', () => {
  const { seenIn } = drawingOf(experiment('cascade-failure'));
  const told = [...CAUSES.flatMap(({ signs }) => signs), ...SYMPTOMS].filter(
    ({ signal }) => !NOT_ON_THE_PAGE.has(signal),
  );
  expect(told.filter((sign) => (seenIn[placeKey(sign)] ?? []).length === 0)).toEqual([]);
});

test('failed requests are seen in the charts of failures, kills in the lanes of the pods', () => {
  const { seenIn } = drawingOf(experiment('cascade-failure'));
  const failures = ['errors-aggressor', 'errors-victim', 'errors-control'];
  expect(seenIn.error_share).toEqual(failures);
  expect(seenIn.harmed_routes).toEqual(failures);
  expect(seenIn.latency_p95).toEqual(['latency-aggressor', 'latency-victim', 'latency-control']);
  expect(seenIn.liveness_kills).toEqual(['pods']);
  expect(seenIn[placeKey({ signal: 'cpu_limit_share', app: 'postgres' })]).toEqual(['postgres']);
  expect(seenIn[placeKey({ signal: 'cpu_limit_share', app: 'backend' })]).toEqual(['cpu']);
});

describe.each(experimentNames())('%s', (name) => {
  const { claims, charts } = setupOf(name);
  const definition = experiment(name);

  it('has a place for every claim', () => {
    expect(claims.filter(({ places }) => places.length === 0)).toEqual([]);
  });

  it('shows a claim about one role in a chart of that role', () => {
    for (const claim of definition.claims) {
      const { role } = 'first' in claim ? claim.first : claim;
      if (role === undefined) continue;
      const { places } = claims.find(({ id }) => id === claim.id)!;
      const roles = places.map((place) => charts.find(({ id }) => id === place)?.role);
      expect([claim.id, roles]).toEqual([claim.id, [role]]);
    }
  });
});
