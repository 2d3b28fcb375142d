import { parseProps } from '../../constructs/props';
import type { RunEvent } from '../../lab/model/events';
import { advisedItems, isOfAdvice, withAdvice, withTriedAdvice } from '../../lab/run/advice';
import { experiment } from '../../lab/run/catalogue';
import { CAUSES } from '../../lab/verdict/causes';
import type { Diagnosis } from '../../lab/verdict/diagnosis';

const diagnosis = {
  steps: [
    { says: 'add CPU', set: { 'backend.cpuLimitMillicores': 900 } },
    { says: 'compute less' },
    { says: 'allow more', set: { 'backend.dbPoolSize': 20, 'postgres.maxConnections': 50 } },
  ],
} as Diagnosis;

describe('advice that is tried', () => {
  const items = advisedItems(diagnosis);

  it('is an arm for each piece that has settings', () => {
    expect(items.map(({ arm }) => arm)).toEqual(['advice-1', 'advice-2']);
    const { arms } = withAdvice(experiment('cpu-stress'), items);
    expect(arms!['advice-1']).toEqual({
      title: 'add CPU (backend.cpuLimitMillicores=900)',
      props: { backend: { cpuLimitMillicores: 900 } },
    });
    expect(arms!['advice-2']!.props).toEqual({
      backend: { dbPoolSize: 20 },
      postgres: { maxConnections: 50 },
    });
  });

  it('keeps the arms of the experiment', () => {
    const { arms = {} } = experiment('cpu-stress');
    expect(withAdvice(experiment('cpu-stress'), items).arms).toMatchObject(arms);
  });

  it('is found again in the recordings', () => {
    const runs = items.map(({ arm, part }) => ({ arm, part: { ...part, repeat: 1 } }) as RunEvent);
    expect(isOfAdvice(runs)).toBe(true);
    expect(withTriedAdvice(experiment('cpu-stress'), runs)).toEqual(
      withAdvice(experiment('cpu-stress'), items),
    );
  });

  const pieces = CAUSES.flatMap(({ name, tryNext }) =>
    tryNext.flatMap(({ says, set }) => (set ? [{ name, says, set }] : [])),
  );

  it.each(pieces)('against $name is valid settings: $says', ({ set }) => {
    const [item] = advisedItems({ steps: [{ says: '', set }] } as unknown as Diagnosis);
    const { arms } = withAdvice(experiment('baseline'), [item!]);
    expect(() => parseProps(arms!['advice-1']!.props)).not.toThrow();
  });
});
