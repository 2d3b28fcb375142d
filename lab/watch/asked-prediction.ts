import { LabError } from '../model/errors';
import type { Prediction } from '../model/events';
import { checkPrediction } from '../verdict/prediction';

/** One prediction that pages are asked for. The first answer counts: what is known later is no prediction. */
export class AskedPrediction {
  private answered?: Prediction;
  private told: (prediction: Prediction) => void = () => undefined;

  /** @throws LabError (usage) for what is no prediction, or when there is one already. */
  answer(input: unknown): Prediction {
    const prediction = checkPrediction(input);
    if (this.answered) throw new LabError('A prediction has been made already.', 'usage');
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
