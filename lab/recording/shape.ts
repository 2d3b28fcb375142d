import { z } from 'zod';
import type { TelemetryEvent } from '../model/events';

const texts = z.record(z.string(), z.string());
const anything = z.looseObject({});
/** A metric can be NaN, which is null in JSON. */
const metric = z.number().nullable();

/** The fields that an event must have before it is used. Fields added by later versions pass. */
const SHAPES: Record<TelemetryEvent['type'], z.ZodObject> = {
  run: z.looseObject({
    id: z.string(),
    startedAt: z.string(),
    experiment: z.string(),
    mystery: z.number().optional(),
    arm: z.string(),
    length: z.enum(['compressed', 'full']),
    timeScale: z.number().positive(),
    engine: z.looseObject({
      name: z.string(),
      limits: z.looseObject({ rung: z.string(), label: z.string() }),
      metricsUrl: z.string().optional(),
    }),
    load: z.looseObject({
      runner: z.string(),
      seed: z.number().optional(),
      env: texts.optional(),
      allowTargets: z.array(z.string()).optional(),
    }),
    part: anything.optional(),
    atOnce: z.number().positive().optional(),
    props: anything,
    versions: texts,
  }),
  prediction: z.looseObject({
    cause: z.string().optional(),
    first: z.string().optional(),
    at: z.number().nonnegative().optional(),
    victim: z.string().optional(),
  }),
  phase: z.looseObject({ name: z.enum(['starting', 'load', 'cooldown', 'stopping']) }),
  series: z.looseObject({ id: z.number(), name: z.string(), labels: texts }),
  scrape: z.looseObject({
    values: z.array(z.tuple([z.number(), metric])),
    timed: z.array(z.tuple([z.number(), z.number(), metric])).optional(),
    failed: texts.optional(),
  }),
  pod: z.looseObject({
    pod: z.string(),
    app: z.string(),
    reason: z.string(),
    message: z.string(),
    exitCode: z.number().optional(),
    restartCount: z.number().optional(),
    failedProbe: z.enum(['startup', 'liveness']).optional(),
  }),
  requests: z.looseObject({
    scenario: z.string(),
    name: z.string(),
    outcome: z.string(),
    status: z.number(),
    count: z.number().nonnegative(),
    duration: z.string(),
    fromSchedule: z.string().optional(),
  }),
  load: z.looseObject({
    scenario: z.string(),
    scheduled: z.number(),
    started: z.number(),
    completed: z.number(),
    dropped: z.number(),
    activeVUs: z.number(),
    generatorCpu: z.number(),
    generatorDelayMs: z.number(),
  }),
  host: z.looseObject({
    cores: z.number(),
    busy: z.number(),
    steal: z.number(),
    labDelayMs: z.number(),
    labCpu: z.number().optional(),
    clockSetMs: z.number().optional(),
  }),
  log: z.looseObject({ source: z.string(), line: z.string() }),
  end: z.looseObject({
    reason: z.enum(['completed', 'interrupted', 'failed']),
    message: z.string().optional(),
    thresholds: anything.optional(),
    checks: anything.optional(),
  }),
};

const TIME = z.number().nonnegative();

/** @returns the first invalid field; undefined for a valid event and for an event of unknown type. */
export function damagedField(event: Record<string, unknown>): string | undefined {
  if (!TIME.safeParse(event.t).success) return 't';
  const { type } = event;
  if (!isKnown(type)) return undefined;
  return SHAPES[type].safeParse(event).error?.issues[0]?.path[0] as string | undefined;
}

/** Whether it is the type of an event of this version. Later versions may add others. */
export function isKnown(type: unknown): type is TelemetryEvent['type'] {
  return Object.hasOwn(SHAPES, type as PropertyKey);
}
