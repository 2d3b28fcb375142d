import { mergeProps, setProp } from '../../constructs/props';
import type { RunEvent, TriedAdvice } from '../model/events';
import type { Arm, Experiment } from '../model/experiment';
import { settingsOf } from '../verdict/advice/advice';
import type { Diagnosis } from '../verdict/diagnosis';
import type { Item } from './series';

/** The arms that try the advice of a diagnosis, one for each piece that has settings. */
export function advisedItems({ steps }: Diagnosis): Item[] {
  const advice = steps.flatMap(({ says, set }) => (set ? [{ says, set }] : []));
  return advice.map((one, index) => {
    const name = `advice-${index + 1}`;
    // As settings of the command line, because those override the ones of an arm.
    return { name, arm: name, set: settingsOf(one.set), part: { of: 'comparison', advice: one } };
  });
}

/** The experiment with the arms that try advice. */
export function withAdvice(experiment: Experiment, items: Item[]): Experiment {
  const arms = items.flatMap(({ arm, part }): [string, Arm][] =>
    part.of === 'comparison' && part.advice ? [[arm, armOf(part.advice)]] : [],
  );
  return { ...experiment, arms: { ...experiment.arms, ...Object.fromEntries(arms) } };
}

/** The experiment with the arms that recorded runs tried. */
export function withTriedAdvice(experiment: Experiment, runs: RunEvent[]): Experiment {
  const items = runs.flatMap(({ arm, part }): Item[] =>
    part?.of === 'comparison' && part.advice ? [{ name: arm, arm, set: [], part }] : [],
  );
  return withAdvice(experiment, items);
}

/** Whether runs are those of `lab advise`, which does not run the arms of the experiment. */
export function isOfAdvice(runs: RunEvent[]): boolean {
  return runs.some(({ part }) => part?.of === 'comparison' && part.advice !== undefined);
}

function armOf({ says, set }: TriedAdvice): Arm {
  const title = `${says} (${settingsOf(set).join(', ')})`;
  const props = Object.entries(set).reduce(
    (sum, [path, value]) => setProp(sum, path, String(value)),
    mergeProps(),
  ) as Record<string, unknown>;
  return { title, props };
}
