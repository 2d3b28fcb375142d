import { z } from 'zod';
import { LabError } from '../model/errors';
import type { Prediction } from '../model/events';
import type { Experiment } from '../model/experiment';
import { CAUSES, SYMPTOMS } from './causes';

export const NOTHING = 'nothing';
export const NOBODY = 'nobody';

/** The choices for what will fail, what will be noticed first and who suffers, most with an explanation. */
export interface Question {
  causes: string[];
  symptoms: { name: string; says: string }[];
  victims: { name: string; says: string }[];
}

/** The choices, each with its meaning where the name does not say it. */
export function questionOf({ roles }: Pick<Experiment, 'roles'>): Question {
  return {
    causes: [...CAUSE_CHOICES],
    symptoms: [
      ...SYMPTOMS.map(({ name, says }) => ({ name, says })),
      { name: NOTHING, says: 'no symptom appears' },
    ],
    victims: [
      ...Object.entries(roles).map(([name, { label }]) => ({ name, says: label })),
      { name: NOBODY, says: 'no route suffers' },
    ],
  };
}

/** The choices for what will fail, including "healthy". */
export const CAUSE_CHOICES: readonly string[] = [...new Set(CAUSES.map(({ name }) => name))];
/** The choices for what will be noticed first. */
export const SYMPTOM_CHOICES: readonly string[] = [...SYMPTOMS.map(({ name }) => name), NOTHING];

/** Longer than the longest experiment at full length. */
const LATEST_SECONDS = 24 * 60 * 60;
const LONGEST_VICTIM = 200;

const chosenFrom = (choices: readonly string[]) =>
  z
    .string()
    .transform((text) => text.trim().toLowerCase())
    .refine((name) => choices.some((choice) => choice.toLowerCase() === name))
    .transform((name) => choices.find((choice) => choice.toLowerCase() === name) as string)
    .optional();

/** Each part with its allowed values, in the order of asking and scoring. */
const PARTS = {
  cause: { schema: chosenFrom(CAUSE_CHOICES), allowed: `one of ${CAUSE_CHOICES.join(', ')}` },
  first: { schema: chosenFrom(SYMPTOM_CHOICES), allowed: `one of ${SYMPTOM_CHOICES.join(', ')}` },
  at: {
    schema: z.number().min(0).max(LATEST_SECONDS).optional(),
    allowed: `seconds after the load begins, 0..${LATEST_SECONDS}`,
  },
  victim: {
    schema: z
      .string()
      .transform((text) => text.trim())
      .refine((text) => text !== '' && text.length <= LONGEST_VICTIM && !/\p{Cc}/u.test(text))
      .optional(),
    allowed: `a path such as /api/fast, a role such as victim, or ${NOBODY}; at most ${LONGEST_VICTIM} characters`,
  },
} as const;

export type PredictionPart = keyof typeof PARTS;
export const PREDICTION_PARTS = Object.keys(PARTS) as PredictionPart[];

/**
 * Checks a prediction from any source, e.g. the body of a request.
 * @throws LabError (usage) naming the part, the value found and what is allowed.
 */
export function checkPrediction(input: unknown): Prediction {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw wrong(`A prediction is an object, not ${shown(input)}.`);
  }
  const known: ReadonlySet<string> = new Set(PREDICTION_PARTS);
  const strange = Object.keys(input).find((key) => !known.has(key));
  if (strange !== undefined) throw wrong(`A prediction has no part ${shown(strange)}.`);
  const given = input as Partial<Record<PredictionPart, unknown>>;
  const checked = PREDICTION_PARTS.flatMap((part) => {
    const value = checkPart(part, given[part]);
    return value === undefined ? [] : [[part, value]];
  });
  if (checked.length === 0) throw wrong('The prediction is empty.');
  return Object.fromEntries(checked) as Prediction;
}

/** @throws LabError (usage) naming the value found and what is allowed. */
export function checkPart(part: PredictionPart, value: unknown): string | number | undefined {
  const { schema, allowed } = PARTS[part];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new LabError(
    `"${part}" of the prediction has the invalid value ${shown(value)}.`,
    'usage',
    `Allowed: ${allowed}.`,
  );
}

/**
 * Reads a prediction as a command line writes it: "cause=cpu limit,first=latency,at=10,victim=/api/fast".
 * @throws LabError (usage) naming the part, the value found and what is allowed.
 */
export function parsePrediction(text: string): Prediction {
  const parts = new Map<string, unknown>();
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw wrong(`${shown(pair)} is not in the form part=value.`);
    const part = pair.slice(0, equals).trim();
    if (parts.has(part)) throw wrong(`The prediction names ${shown(part)} twice.`);
    const value = pair.slice(equals + 1).trim();
    parts.set(part, part === 'at' ? fromText(value) : value);
  }
  return checkPrediction(Object.fromEntries(parts));
}

/** Seconds as people type them: "10", "10.5", "10 s". */
export function fromText(value: string): unknown {
  const seconds = /^(\d+(?:\.\d+)?)\s*s?$/.exec(value.trim())?.[1];
  return seconds === undefined ? value : Number(seconds);
}

function wrong(message: string): LabError {
  const parts = PREDICTION_PARTS.map((part) => `${part}=…`).join(',');
  return new LabError(
    message,
    'usage',
    `Write one or more of ${parts}, e.g. "cause=cpu limit,first=latency,at=10,victim=/api/fast". To be asked instead, put --predict alone after the experiment's name.`,
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
