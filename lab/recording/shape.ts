import type { TelemetryEvent } from '../model/events';

type FieldCheck = (value: unknown) => boolean;

const text: FieldCheck = (value) => typeof value === 'string';
const number: FieldCheck = (value) => Number.isFinite(value);
const time: FieldCheck = (value) => Number.isFinite(value) && (value as number) >= 0;
const positive: FieldCheck = (value) => Number.isFinite(value) && (value as number) > 0;
const optional =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...allowed: unknown[]): FieldCheck =>
  (value) =>
    allowed.includes(value);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const recordOf =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const listOf =
  (check: FieldCheck): FieldCheck =>
  (value) =>
    Array.isArray(value) && value.every(check);
const object =
  (shape: Record<string, FieldCheck>): FieldCheck =>
  (value) =>
    isObject(value) && wrongField(value, shape) === undefined;
/** The last item of a tuple may be null: a metric can be NaN, which is null in JSON. */
const tuplesOf =
  (length: number): FieldCheck =>
  (value) =>
    Array.isArray(value) &&
    value.every(
      (tuple) =>
        Array.isArray(tuple) &&
        tuple.length === length &&
        tuple.every((item, index) => number(item) || (item === null && index === length - 1)),
    );

/** The fields that an event must have before it is used. Written for speed, because every line is checked. */
const SHAPES: Record<TelemetryEvent['type'], Record<string, FieldCheck>> = {
  run: {
    id: text,
    startedAt: text,
    experiment: text,
    mystery: optional(number),
    arm: text,
    length: oneOf('compressed', 'full'),
    timeScale: positive,
    engine: object({ name: text, limits: object({ rung: text, label: text }), metricsUrl: optional(text) }),
    load: object({
      runner: text,
      seed: optional(number),
      env: optional(recordOf(text)),
      allowTargets: optional(listOf(text)),
    }),
    part: optional(isObject),
    atOnce: optional(positive),
    props: isObject,
    versions: recordOf(text),
  },
  prediction: { cause: optional(text), first: optional(text), at: optional(time), victim: optional(text) },
  phase: { name: oneOf('starting', 'load', 'cooldown', 'stopping') },
  series: { id: number, name: text, labels: recordOf(text) },
  scrape: { values: tuplesOf(2), timed: optional(tuplesOf(3)), failed: optional(recordOf(text)) },
  pod: {
    pod: text,
    app: text,
    reason: text,
    message: text,
    exitCode: optional(number),
    restartCount: optional(number),
  },
  requests: {
    scenario: text,
    name: text,
    outcome: text,
    status: number,
    count: time,
    duration: text,
    fromSchedule: optional(text),
  },
  load: {
    scenario: text,
    scheduled: number,
    started: number,
    completed: number,
    dropped: number,
    activeVUs: number,
    generatorCpu: number,
    generatorDelayMs: number,
  },
  host: { cores: number, busy: number, steal: number, labDelayMs: number, clockSetMs: optional(number) },
  log: { source: text, line: text },
  end: {
    reason: oneOf('completed', 'interrupted', 'failed'),
    message: optional(text),
    thresholds: optional(isObject),
    checks: optional(isObject),
  },
};

/** @returns the first invalid field; undefined for a valid event and for an event of unknown type. */
export function damagedField(event: Record<string, unknown>): string | undefined {
  if (!time(event.t)) return 't';
  const type = event.type as TelemetryEvent['type'];
  return Object.hasOwn(SHAPES, type) ? wrongField(event, SHAPES[type]) : undefined;
}

function wrongField(value: Record<string, unknown>, shape: Record<string, FieldCheck>): string | undefined {
  for (const name in shape) if (!(shape[name] as FieldCheck)(value[name])) return name;
  return undefined;
}
