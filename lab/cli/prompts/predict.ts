import type { Experiment } from '../../model/experiment';
import type { Prediction } from '../../model/events';
import { CAUSES, SYMPTOMS } from '../../verdict/causes';
import { checkPart, checkPrediction, fromText, NOBODY, NOTHING } from '../../verdict/prediction';
import { Asker, type Terminal } from './ask';

/**
 * Asks what will happen, before anything is started.
 * @throws LabError (exit code 130) when the answers end.
 */
export async function askPrediction(
  title: string,
  experiment: Experiment,
  length: 'compressed' | 'full',
  terminal?: Terminal,
): Promise<Prediction> {
  const asker = new Asker(terminal);
  try {
    asker.say(`\nPredict ${title}; the load lasts ${experiment.seconds[length]} s.`);
    const cause = await asker.choose(
      'What will fail?',
      CAUSES.map(({ name }) => ({ name })),
    );
    const first = await asker.choose('What will be noticed first?', [
      ...SYMPTOMS.map(({ name, says }) => ({ name, says })),
      { name: NOTHING },
    ]);
    const at =
      first === NOTHING
        ? undefined
        : await asker.ask('How many seconds after the load begins?', (answer) =>
            checkPart('at', fromText(answer)),
          );
    const victim = await asker.choose(
      'Who will suffer? (a path such as /api/fast will do, too)',
      [
        ...Object.entries(experiment.roles).map(([name, { label }]) => ({ name, says: label })),
        { name: NOBODY },
      ],
      (answer) => String(checkPart('victim', answer)),
    );
    return checkPrediction({ cause, first, ...(at !== undefined && { at }), victim });
  } finally {
    asker.close();
  }
}
