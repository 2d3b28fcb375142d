import { FORMATS, render } from '../../report/formats';
import { signalTable } from '../../report/signal-table';
import type { Report } from '../../report/report';
import type { Outcome } from '../../verdict/outcome';
import { CAUSE_CHOICES } from '../../verdict/prediction';
import { scoreCause, type Mark } from '../../verdict/score';
import { exitCodeOf } from '../exit-codes';
import { Prompter, type Terminal } from './prompter';

/** An answer names one cause. If there were several causes, each of them is right. */
const OUTCOME: Record<Mark, Outcome> = {
  right: 'held',
  close: 'held',
  wrong: 'refuted',
  open: 'inconclusive',
};

const SAYS: Record<Mark, string> = {
  right: 'Right.',
  close: 'Right, but it is not the only cause.',
  wrong: 'No.',
  open: 'The recording does not say.',
};

/** Shows the signals, reads the answer and only then reveals the cause. @returns the exit code. */
export async function solve(
  report: Report,
  answer: string | undefined,
  terminal?: Terminal,
): Promise<number> {
  const { evidence, verdict, lesson } = report;
  console.log(`\n${signalTable(evidence.arms.get(evidence.judgedArm)!)}\n`);
  const given = answer ?? (await askCause(terminal));
  const { mark, because } = scoreCause(given, verdict.diagnosis);
  console.log(
    `\nYour answer: ${given}. ${SAYS[mark]} ${because[0]?.toUpperCase()}${because.slice(1).replace(/\.$/, '')}.`,
  );
  console.log(render(FORMATS[0]!, [report]));
  console.log(lesson.trim());
  return exitCodeOf([OUTCOME[mark]]);
}

async function askCause(terminal?: Terminal): Promise<string> {
  const prompter = new Prompter(terminal);
  try {
    return await prompter.choose(
      'What is the cause?',
      CAUSE_CHOICES.map((name) => ({ name })),
    );
  } finally {
    prompter.close();
  }
}
