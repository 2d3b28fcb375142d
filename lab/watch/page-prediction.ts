import { LabError } from '../model/errors';
import type { Prediction } from '../model/events';
import { checkPrediction } from '../verdict/prediction';

/** One prediction that pages are asked for. Only the first answer counts: later ones are not predictions. */
export class PagePrediction {
  private answered?: Prediction;
  private told: (prediction: Prediction) => void = () => undefined;

  /** @throws LabError (usage) for an invalid prediction, or when there is one already. */
  answer(input: unknown): Prediction {
    const prediction = checkPrediction(input);
    if (this.answered) throw new LabError('A prediction was already made.', 'usage');
    this.answered = prediction;
    this.told(prediction);
    return prediction;
  }

  /** Waits for the answer; undefined when the run is interrupted first. */
  async wait(signal: AbortSignal): Promise<Prediction | undefined> {
    if (this.answered || signal.aborted) return this.answered;
    return new Promise((resolve) => {
      this.told = resolve;
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
  }
}
