import type { RunEvent } from '../model/events';
import { DEFAULT_ARM } from '../model/experiment';
import type { Evidence } from '../verdict/measure';
import { reach, type Verdict } from '../verdict/verdict';
import { tellRecording } from './arm';
import type { Mode, PageEvent, ReportMessage } from './protocol';
import { setupMessage } from './setup';

/** A recorded run with its verdict, as `lab report` knows it. */
export interface Recorded extends Omit<ReportMessage, 'type'> {
  lesson: string;
  run: RunEvent;
  verdict: Verdict;
  evidence: Evidence;
}

/** All messages to the page about a recorded run and the other arms beside it. */
export function eventsOf(recorded: Recorded, mode: Mode, speed?: number): PageEvent[] {
  const { run, lesson, evidence, verdict } = recorded;
  const { experiment, judgedArm } = evidence;
  const setup = setupMessage({ name: run.experiment, experiment, lesson, judgedArm }, mode, speed);
  const events: PageEvent[] = [setup];
  const send = (event: PageEvent): void => void events.push(event);
  for (const [arm, recording] of judgedFirst(evidence)) {
    const title = armTitle(evidence, arm);
    tellRecording({ arm, title, evidence, curves: setup.curves, send }, recording);
    send({
      type: 'verdict',
      arm,
      verdict: arm === judgedArm ? verdict : reach({ ...evidence, judgedArm: arm }),
    });
  }
  send(reportMessage(recorded));
  return events;
}

/** What the page says about how a run was made. */
export function reportMessage(report: Omit<ReportMessage, 'type'>): ReportMessage {
  const { folder, repeat, changes, others, notRepeated, prediction, leftOut } = report;
  return {
    type: 'report',
    folder,
    repeat,
    changes,
    others,
    ...(notRepeated && { notRepeated }),
    ...(prediction && { prediction }),
    ...(leftOut && { leftOut }),
  };
}

/** What people call an arm. */
export function armTitle({ experiment }: Pick<Evidence, 'experiment'>, arm: string): string {
  if (arm === DEFAULT_ARM) return 'As it is';
  return experiment.arms?.[arm]?.title ?? arm;
}

function judgedFirst({ arms, judgedArm }: Evidence) {
  return [...arms].sort(([a], [b]) => Number(b === judgedArm) - Number(a === judgedArm));
}
