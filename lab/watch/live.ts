import type { Emit, Prediction } from '../model/events';
import type { Experiment } from '../model/experiment';
import type { Recording } from '../recording/recording';
import { questionOf } from '../verdict/prediction';
import { reach, type Verdict } from '../verdict/verdict';
import { LiveArm } from './arm';
import { PagePrediction } from './page-prediction';
import type { PageLog } from './log';
import type { ReportMessage, SetupMessage } from './protocol';
import { armTitle, reportMessage } from './replay';
import { setupMessage, type PageSubject } from './setup';

/** Writes runs to a log while they go on: one experiment after another, each with its arms. */
export class LiveRuns {
  private id?: string;
  private setup?: SetupMessage;
  private experiment?: Experiment;
  private arms = new Map<string, Recording>();
  private prompt = new PagePrediction();

  /** @param predicts whether pages are asked for a prediction of each run. */
  constructor(
    private readonly log: PageLog,
    private readonly predicts = false,
  ) {}

  /** @returns a listener for the stream of one arm; the first arm of another run starts the page anew. */
  listener(id: string, subject: PageSubject, arm: string): Emit {
    if (id !== this.id) {
      this.id = id;
      this.arms = new Map();
      this.experiment = subject.experiment;
      this.prompt = new PagePrediction();
      this.setup = {
        ...setupMessage(subject, 'live'),
        ...(this.predicts && { question: questionOf(subject.experiment) }),
      };
      this.log.push(this.setup);
    }
    const { curves } = this.setup as SetupMessage;
    const evidence = { experiment: subject.experiment, arms: this.arms, judgedArm: subject.judgedArm };
    const title = armTitle(evidence, arm);
    return new LiveArm({ arm, title, evidence, curves, send: this.log.push }, this.arms).listen;
  }

  /** Takes the answer to the current run's question. @throws LabError (usage) for an invalid answer. */
  readonly predict = (input: unknown): void => {
    this.log.push({ type: 'predicted', prediction: this.prompt.answer(input) });
  };

  /** Waits for that answer; undefined when the run is interrupted first. */
  prediction(signal: AbortSignal): Promise<Prediction | undefined> {
    return this.prompt.wait(signal);
  }

  /** Tells the page the result of the run, as judged from its recording. */
  conclude(verdict: Verdict, report: Omit<ReportMessage, 'type'>): void {
    const { setup, experiment, arms } = this;
    if (!setup || !experiment) return;
    for (const arm of arms.keys()) {
      if (arm === setup.judgedArm) continue;
      this.log.push({ type: 'verdict', arm, verdict: reach({ experiment, arms, judgedArm: arm }) });
    }
    this.log.push(reportMessage(report));
    this.log.push({ type: 'verdict', arm: setup.judgedArm, verdict });
  }
}
