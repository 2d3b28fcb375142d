import type { Experiment } from '../model/experiment';
import { CAUSES, SYMPTOMS } from '../verdict/causes';
import { drawingOf, placesOf } from './charts';
import { lessonHtml } from './lesson';
import type { Mode, RequestRole, SetupMessage } from './protocol';

export interface PageSubject {
  name: string;
  experiment: Experiment;
  /** Markdown. */
  lesson: string;
  judgedArm: string;
}

export function setupMessage(subject: PageSubject, mode: Mode, speed = 1): SetupMessage {
  const { name, experiment, lesson, judgedArm } = subject;
  const drawing = drawingOf(experiment);
  const roles = Object.entries(experiment.roles).map(([role, { label }]) => [role, label]);
  return {
    type: 'setup',
    mode,
    speed,
    experiment: name,
    title: experiment.title,
    lesson: lessonHtml(lesson),
    roles: Object.fromEntries(roles) as Partial<Record<RequestRole, string>>,
    claims: experiment.claims.map((claim) => {
      const { id, says, because } = claim;
      return { id, says, because, places: placesOf(claim, drawing) };
    }),
    ...drawing,
    saturated: saturationLevels(),
    judgedArm,
  };
}

/** The levels that the diagnosis uses; the first one if a signal has several. */
function saturationLevels(): Record<string, number> {
  const signs = [...CAUSES.flatMap((cause) => cause.signs), ...SYMPTOMS];
  const levels = signs.filter(({ is }) => is === '>=');
  return Object.fromEntries(levels.reverse().map(({ signal, threshold }) => [signal, threshold]));
}
