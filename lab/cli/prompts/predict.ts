import type { Prediction } from '../../model/events';
import type { Experiment } from '../../model/experiment';
import { checkPart, checkPrediction, fromText, NOTHING, questionOf } from '../../verdict/prediction';
import { Prompter, type Terminal } from './prompter';

/**
 * Asks for a prediction before anything is started.
 * @throws LabError (exit code 130) when the answers end.
 */
export async function askPrediction(
  title: string,
  experiment: Experiment,
  length: 'compressed' | 'full',
  terminal?: Terminal,
): Promise<Prediction> {
  const prompter = new Prompter(terminal);
  try {
    prompter.say(`\nPredict what happens in ${title}. The load lasts ${experiment.seconds[length]} s.`);
    const { causes, symptoms, victims } = questionOf(experiment);
    const cause = await prompter.choose(
      'What will fail?',
      causes.map((name) => ({ name })),
    );
    const first = await prompter.choose('What will be noticed first?', symptoms);
    const at =
      first === NOTHING
        ? undefined
        : await prompter.ask('How many seconds after the load begins?', (answer) =>
            checkPart('at', fromText(answer)),
          );
    const victim = await prompter.choose(
      'Who will suffer? (you can also type a path such as /api/fast)',
      victims,
      (answer) => String(checkPart('victim', answer)),
    );
    return checkPrediction({ cause, first, ...(at !== undefined && { at }), victim });
  } finally {
    prompter.close();
  }
}
